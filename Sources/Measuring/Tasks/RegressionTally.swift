/// Takes rows one at a time and gives the ``RegressionMetrics`` of all rows so far. It keeps 16 bytes for each row and output.
package struct RegressionTally: Sendable {
    private let names: [String]
    private var truths: [[Double]]
    private var answers: [[Double]]
    private var truncatedRows = 0

    package init(outputs names: [String]) {
        self.names = names
        truths = [[Double]](repeating: [], count: names.count)
        answers = truths
    }

    /// Adds a row with the right numbers and those that were answered.
    package mutating func add(truth: [Double], answer: [Double], isTruncated: Bool = false) {
        precondition(truth.count == names.count && answer.count == names.count)
        for index in names.indices {
            truths[index].append(truth[index])
            answers[index].append(answer[index])
        }
        truncatedRows += isTruncated ? 1 : 0
    }

    package var metrics: RegressionMetrics {
        RegressionMetrics(
            outputs: names.indices.map { Self.output(names[$0], truths[$0], answers[$0]) }, rows: truths.first?.count ?? 0,
            truncatedRows: truncatedRows)
    }

    private static func output(_ name: String, _ truths: [Double], _ answers: [Double]) -> RegressionMetrics.Output {
        let count = Double(max(truths.count, 1))
        let errors = zip(truths, answers).map { $0 - $1 }
        let squares = errors.reduce(0) { $0 + $1 * $1 }
        let mean = truths.reduce(0, +) / count
        let spread = truths.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let r2: Double? = truths.count < 2 ? nil : spread > 0 ? 1 - squares / spread : squares == 0 ? 1 : 0
        return RegressionMetrics.Output(
            name: name, rmse: (squares / count).squareRoot(), mae: errors.reduce(0) { $0 + abs($1) } / count, r2: r2,
            pearson: correlation(truths, answers), spearman: correlation(ranks(truths), ranks(answers)), mean: mean,
            deviation: (spread / count).squareRoot())
    }

    /// Pearson's correlation; nil with fewer than two rows, or if all values of one side are equal.
    private static func correlation(_ a: [Double], _ b: [Double]) -> Double? {
        guard a.count > 1, Set(a).count > 1, Set(b).count > 1 else { return nil }
        let count = Double(a.count)
        let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
        var (products, squaresA, squaresB) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            products += (x - meanA) * (y - meanB)
            squaresA += (x - meanA) * (x - meanA)
            squaresB += (y - meanB) * (y - meanB)
        }
        let scale = squaresA.squareRoot() * squaresB.squareRoot()
        return scale > 0 ? max(-1, min(1, products / scale)) : nil
    }

    /// The rank of each value, from 1. Equal values share their mean rank.
    private static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
            for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
            start = end
        }
        return ranks
    }
}
