import Glibc
import TenorFiles
import TenorMeasuring

/// The probabilities that rows were given by fits that did not see them.
package struct OutOfFold: Sendable {
    /// By row; nil for rows that were in no fold.
    package let probabilities: [[Double]?]
    private let targets: [Int]

    init(_ held: [(row: Int, probabilities: [Double])], rows: Int, _ targets: [Int]) {
        var probabilities = [[Double]?](repeating: nil, count: rows)
        for (row, values) in held { probabilities[row] = values }
        self.probabilities = probabilities
        self.targets = targets
    }

    /// The number of rows that have probabilities.
    package var rows: Int { probabilities.count { $0 != nil } }

    /// Whether each row's most probable label is its own; nil for rows that were in no fold.
    var isCorrect: [Bool?] {
        zip(probabilities, targets).map { values, target in values.map { highest($0) == target } }
    }

    /// The mean of -ln p[label].
    package var logLoss: Double {
        var sum = 0.0
        for (values, target) in zip(probabilities, targets) {
            if let values { sum -= log(max(values[target], .ulpOfOne)) }
        }
        return sum / Double(max(rows, 1))
    }

    package func metrics(labels: [String]) -> Metrics {
        var tally = MetricsTally(labels: labels)
        for (values, target) in zip(probabilities, targets) {
            if let values { tally.add(truth: target, probabilities: values) }
        }
        return tally.metrics
    }

    /// An array of each row's probabilities, or null.
    var json: JSON { .array(probabilities.map { $0.map { .array($0.map { .number(JSON.Number($0)) }) } ?? .null }) }

    /// Reads what ``json`` gave; nil if it is not for these rows and labels.
    init?(_ json: JSON?, _ targets: [Int], labelCount: Int) {
        guard let rows = json?.array, rows.count == targets.count else { return nil }
        var probabilities: [[Double]?] = []
        for row in rows {
            guard row != .null else {
                probabilities.append(nil)
                continue
            }
            let values = row.array?.compactMap(\.double).filter { (0...1).contains($0) } ?? []
            guard values.count == labelCount else { return nil }
            probabilities.append(values)
        }
        (self.probabilities, self.targets) = (probabilities, targets)
    }
}
