/// Takes answers to labelled rows one at a time, and gives the ``Evaluation`` of all rows so far.
///
/// It keeps 44 bytes per row, and 8 per row and class for the curves. Where the latter would be more than 128 MB, there are no curves.
package struct EvaluationTally: Sendable {
    package let labels: [String]
    private var sums: MetricsTally
    private var bins = CalibrationBins()
    package private(set) var truths: [Int32] = []
    package private(set) var answers: [Int32] = []
    private var confidences: [Double] = []
    private var logLosses: [Double] = []
    private var squares: [Double] = []
    /// The probabilities of all classes, row after row. Empty once there are too many.
    private var probabilities: [Double] = []
    private var keepsProbabilities = true
    private let mostProbabilities: Int

    package init(labels: [String], mostProbabilities: Int = 1 << 24) {
        self.labels = labels
        self.mostProbabilities = mostProbabilities
        sums = MetricsTally(labels: labels, mostScores: 0)
    }

    /// Adds a row of class `truth` with a probability for each class.
    @discardableResult
    package mutating func add(truth: Int, probabilities row: [Double], isTruncated: Bool = false) -> RowScore {
        sums.add(truth: truth, probabilities: row, isTruncated: isTruncated)
        let score = RowScore(truth: truth, probabilities: row)
        bins.add(confidence: score.confidence, isCorrect: score.answer == truth)
        truths.append(Int32(truth))
        answers.append(Int32(score.answer))
        confidences.append(score.confidence)
        logLosses.append(score.logLoss)
        squares.append(score.squares)
        if truths.count * labels.count > mostProbabilities { (probabilities, keepsProbabilities) = ([], false) }
        if keepsProbabilities { probabilities += row }
        return score
    }

    package var rows: Int { truths.count }

    /// Without the area under the ROC curve.
    package var metrics: Metrics { sums.metrics }

    package func target(_ accuracy: Double) -> AccuracyTarget {
        AccuracyTarget(accuracy, confidences, isCorrect: zip(truths, answers).map { $0 == $1 })
    }

    package func evaluation(threads: Int) -> Evaluation {
        var metrics = sums.metrics
        let ranked = keepsProbabilities ? labels.indices.map(ranked) : nil
        metrics.auroc = ranked.flatMap { meanArea($0, nil) }
        return Evaluation(
            metrics: metrics, intervals: intervals(metrics, ranked, threads: threads),
            curves: ranked.map { $0.map { LabelCurves($0) } }, baseline: Baseline(truths, classCount: labels.count),
            reliability: bins.occupied, riskCoverage: RiskCoverage(confidences, isCorrect: zip(truths, answers).map { $0 == $1 }))
    }

    private func ranked(_ label: Int) -> RankedScores? {
        RankedScores(
            stride(from: label, to: probabilities.count, by: labels.count).map { probabilities[$0] }, truths.map { $0 == label })
    }

    /// With two labels the area of the second one, with more the mean of all; nil if one is not defined.
    private func meanArea(_ ranked: [RankedScores?], _ weights: [Int32]?) -> Double? {
        guard ranked.count > 1 else { return nil }
        let areas = (ranked.count == 2 ? [ranked[1]] : ranked).map { $0?.areaUnderROC(weights) }
        let defined = areas.compactMap(\.self)
        return defined.count == areas.count ? defined.reduce(0, +) / Double(defined.count) : nil
    }

    /// Scores beyond which the area under the ROC curve gets no interval: its thousand passes over them would take long.
    private static let mostResampled = 1 << 21

    private func intervals(_ metrics: Metrics, _ ranked: [RankedScores?]?, threads: Int) -> [HeadlineFigure: ClosedRange<Double>] {
        let pairs = metrics.confusion.pairs
        let places = Dictionary(uniqueKeysWithValues: pairs.enumerated().map { ($1.truth * labels.count + $1.predicted, Int32($0)) })
        let pairOfRow = zip(truths, answers).map { places[Int($0) * labels.count + Int($1)]! }
        let ranked = probabilities.count <= Self.mostResampled ? ranked : nil
        let figures = HeadlineFigure.allCases.filter { $0 != .accuracy && $0.value(of: metrics) != nil }
        let found = Bootstrap(rows: rows, threads: threads).intervals(figures.count) { weights in
            let sample = resampled(weights, pairs, pairOfRow, auroc: ranked.flatMap { meanArea($0, weights) })
            return figures.map { $0.value(of: sample) ?? .nan }
        }
        var intervals: [HeadlineFigure: ClosedRange<Double>] = [.accuracy: metrics.confusion.accuracyInterval]
        for (figure, interval) in zip(figures, found) { intervals[figure] = interval }
        return intervals
    }

    private func resampled(_ weights: [Int32], _ pairs: [Confusion.Pair], _ pairOfRow: [Int32], auroc: Double?) -> Metrics {
        var drawn = [Int](repeating: 0, count: pairs.count)
        var bins = CalibrationBins()
        var (logLoss, square) = (0.0, 0.0)
        for row in weights.indices where weights[row] > 0 {
            let weight = Int(weights[row])
            drawn[Int(pairOfRow[row])] += weight
            bins.add(confidence: confidences[row], isCorrect: truths[row] == answers[row], rows: weight)
            logLoss += logLosses[row] * Double(weight)
            square += squares[row] * Double(weight)
        }
        var confusion = Confusion(classCount: labels.count)
        for (pair, rows) in zip(pairs, drawn) where rows > 0 { confusion.add(truth: pair.truth, predicted: pair.predicted, rows: rows) }
        return Metrics(
            labels: labels, confusion: confusion, nll: logLoss / Double(rows), brier: square / Double(rows), ece: bins.expectedError,
            auroc: auroc, truncatedRows: 0)
    }
}
