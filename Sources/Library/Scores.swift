import TenorMeasuring

/// How well a classifier does on labelled rows. Averages are as scikit-learn defines them.
public struct Scores: Sendable, Hashable {
    /// How a label fares. A score that would divide by 0 is 0.
    public struct Label: Sendable, Hashable {
        public let label: String
        /// Of the rows that got the label, the share that it is right for.
        public let precision: Double
        /// Of the rows that the label is right for, the share that got it.
        public let recall: Double
        /// 2 · precision · recall / (precision + recall).
        public let f1: Double
        /// The rows that the label is right for.
        public let rows: Int
    }

    public let rows: Int
    /// The share of rows that got the right label.
    public let accuracy: Double
    /// Wilson's interval for the accuracy at 95 %: with other rows of the same kind it would lie about here.
    public let accuracyInterval: ClosedRange<Double>
    /// The mean of the labels' F1, each counting alike.
    public let macroF1: Double
    /// The mean of the labels' F1, each by its rows.
    public let weightedF1: Double
    /// Matthews' correlation coefficient: 1 for all right, 0 for no better than guessing.
    public let mcc: Double
    /// The mean of -ln p, p being the probability of the right label.
    public let logLoss: Double
    /// The mean over the rows of Σ (p - y)² over the labels, y being 1 for the right one and 0 for the others.
    public let brier: Double
    /// How far the probability of the answer and the share of right answers lie apart (ECE, 15 bins of equal width).
    public let calibrationError: Double
    /// The area under the ROC curve: of two labels the second's, of more the mean of each against the rest; nil where a label has no rows.
    public let auroc: Double?
    /// In the order of the classifier's labels.
    public let labels: [Label]
    /// How many rows of each label (the outer index) got each label (the inner one).
    public let confusion: [[Int]]
    /// Rows of which not all pieces were seen.
    public let truncatedRows: Int

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
        self.confusion = confusion.counts
        truncatedRows = metrics.truncatedRows
    }
}
