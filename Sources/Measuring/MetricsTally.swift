import TenorFiles

/// Takes rows one at a time and gives the ``Metrics`` of all rows so far.
///
/// It keeps running sums, except for the scores, which the area under the ROC curve needs: 8 bytes per row and class (per row for two
/// classes). Where that would be more than 128 MB, the area is not computed.
package struct MetricsTally: Sendable {
    package let labels: [String]
    private var confusion: Confusion
    private var bins = CalibrationBins()
    private var logLoss = 0.0
    private var squares = 0.0
    private var truncatedRows = 0
    private var truths: [Int] = []
    /// For each class that is scored against the rest, its probability in each row. Empty once there are too many.
    private var scores: [[Double]]
    private let mostScores: Int

    /// - Parameter mostScores: the number of scores above which the area under the ROC curve is not computed.
    package init(labels: [String], mostScores: Int = 1 << 24) {
        precondition(!labels.isEmpty)
        self.mostScores = mostScores
        self.labels = labels
        confusion = Confusion(classCount: labels.count)
        scores = [[Double]](repeating: [], count: labels.count == 2 ? 1 : labels.count)
    }

    /// Adds a row of class `truth` with a probability for each class. The predicted class is the most probable one, the first if several
    /// are equal.
    package mutating func add(truth: Int, probabilities: [Double], isTruncated: Bool = false) {
        precondition(probabilities.count == labels.count && labels.indices.contains(truth))
        let score = RowScore(truth: truth, probabilities: probabilities)
        confusion.add(truth: truth, predicted: score.answer)
        bins.add(confidence: score.confidence, isCorrect: score.answer == truth)
        logLoss += score.logLoss
        squares += score.squares
        truths.append(truth)
        if truths.count * scores.count > mostScores { scores = [] }
        // With two classes, the second is the positive one.
        if scores.count == 1 { scores[0].append(probabilities[labels.count - 1]) }
        if scores.count > 1 { for index in scores.indices { scores[index].append(probabilities[index]) } }
        truncatedRows += isTruncated ? 1 : 0
    }

    package mutating func add(truth: Int, probabilities: [Float], isTruncated: Bool = false) {
        add(truth: truth, probabilities: probabilities.map(Double.init), isTruncated: isTruncated)
    }

    package var metrics: Metrics {
        let rows = max(confusion.rows, 1)
        return Metrics(
            labels: labels, confusion: confusion, nll: logLoss / Double(rows), brier: squares / Double(rows), ece: bins.expectedError,
            auroc: areaUnderROC, truncatedRows: truncatedRows)
    }

    private var areaUnderROC: Double? {
        guard labels.count > 1, !scores.isEmpty else { return nil }
        var sum = 0.0
        for (index, scores) in scores.enumerated() {
            let positive = labels.count == 2 ? 1 : index
            guard let area = auroc(scores: scores, isPositive: truths.map { $0 == positive }) else { return nil }
            sum += area
        }
        return sum / Double(scores.count)
    }
}
