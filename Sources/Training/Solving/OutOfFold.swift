import Glibc
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
}
