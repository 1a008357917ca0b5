import TenorMeasuring

/// A classifier's results on labelled rows. Averages are defined as in scikit-learn.
public struct Scores: Sendable, Hashable {
    /// The scores of one label. A score that would divide by 0 is 0.
    public struct Label: Sendable, Hashable {
        public let label: String
        /// The share of the rows answered with this label that have it.
        public let precision: Double
        /// The share of the rows with this label that were answered with it.
        public let recall: Double
        /// 2 · precision · recall / (precision + recall).
        public let f1: Double
        /// The number of rows with this label.
        public let rows: Int
    }

    /// The rows of one label that were answered with one label.
    public struct Answer: Sendable, Hashable {
        public let label: String
        public let answer: String
        public let rows: Int
    }

    public let rows: Int
    /// The share of rows that were answered correctly.
    public let accuracy: Double
    /// The 95 % Wilson score interval of ``accuracy``: the range in which the accuracy on other rows of the same kind is likely to lie.
    public let accuracyInterval: ClosedRange<Double>
    /// The unweighted mean F1 of the labels that occur, as a row's label or as an answer.
    public let macroF1: Double
    /// The mean F1 of the labels, weighted by their numbers of rows.
    public let weightedF1: Double
    /// The Matthews correlation coefficient: 1 if all answers are correct, 0 if they are no better than guessing.
    public let mcc: Double
    /// The mean of -ln p, where p is the probability of the correct label, taken as at least 2⁻⁵².
    public let logLoss: Double
    /// The mean over the rows of Σ (p - y)² over the labels, where y is 1 for the correct label and 0 for the others.
    public let brier: Double
    /// The expected calibration error (ECE, 15 bins of equal width): how far the probabilities of the answers are from the share of correct
    /// answers.
    public let calibrationError: Double
    /// The area under the ROC curve: with two labels that of the second one, with more the mean over the labels of each against the rest.
    /// Nil if it is undefined, because a label has no rows, or if rows times labels exceed 16 million.
    public let auroc: Double?
    /// The scores of each label, in the order of the classifier's labels.
    public let labels: [Label]
    /// How many rows with each label (outer index) were answered with each label (inner index). Made when it is asked for; with very many
    /// labels, ``answers`` is smaller.
    public var confusion: [[Int]] { table.counts }
    /// The pairs of a row's label and its answer that occur, in the order of the labels.
    public var answers: [Answer] {
        table.pairs.map { Answer(label: labels[$0.truth].label, answer: labels[$0.predicted].label, rows: $0.rows) }
    }
    private let table: Confusion
    /// The number of rows whose text was truncated.
    public let truncatedRows: Int

    /// Nil for results of another task than one label for each text.
    init?(_ results: Results) {
        guard case .labels(let metrics) = results else { return nil }
        self.init(metrics)
    }

    init(_ metrics: Metrics) {
        let confusion = metrics.confusion
        rows = confusion.rows
        accuracy = confusion.accuracy
        accuracyInterval = confusion.accuracyInterval
        macroF1 = confusion.macroF1
        weightedF1 = confusion.weightedF1
        mcc = confusion.matthewsCorrelation
        logLoss = metrics.nll
        brier = metrics.brier
        calibrationError = metrics.ece
        auroc = metrics.auroc
        labels = zip(metrics.labels, confusion.classScores).map {
            Label(label: $0, precision: $1.precision, recall: $1.recall, f1: $1.f1, rows: $1.support)
        }
        table = confusion
        truncatedRows = metrics.truncatedRows
    }
}
