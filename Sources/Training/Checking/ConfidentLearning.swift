import TenorMeasuring

/// Finds rows whose labels are probably wrong (Northcutt et al. 2021, "Confident learning", prune by noise rate). The same probabilities give the
/// same rows as `find_label_issues` of cleanlab 2.9 without options.
///
/// 1. A row counts confidently for each label whose probability reaches the mean probability of that label over the rows that have it; of
///    several such labels, for the most probable one.
/// 2. These counts, by given and by counted label, are scaled so that each given label has the number of its rows.
/// 3. For each pair of labels, as many rows as were counted so are taken, those with the largest difference of the two probabilities.
/// 4. Rows whose given label is the most probable one after all are left out.
package struct ConfidentLearning: Sendable {
    private let labels: [Int]
    private let probabilities: [[Double]]
    private let labelCount: Int
    /// The number of rows with each label.
    private let counts: [Int]

    /// Two probabilities are equal if they differ by less.
    private static let tolerance = 1e-6

    /// - Parameters:
    ///   - labels: each row's given label.
    ///   - probabilities: of each row for each label, by a model that was not trained on the row.
    package init(labels: [Int], probabilities: [[Double]], labelCount: Int) {
        precondition(labels.count == probabilities.count)
        (self.labels, self.probabilities, self.labelCount) = (labels, probabilities, labelCount)
        var counts = [Int](repeating: 0, count: labelCount)
        for label in labels { counts[label] += 1 }
        self.counts = counts
    }

    /// The rows whose labels are probably wrong, the least probable given label first.
    package var issues: [LabelIssue] {
        let pruned = pruneCounts
        var isIssue = [Bool](repeating: false, count: labels.count)
        for given in 0..<labelCount where counts[given] > 1 {
            let rows = labels.indices.filter { labels[$0] == given }
            for other in 0..<labelCount where other != given && pruned[given][other] > 0 {
                let margins = rows.map { probabilities[$0][other] - probabilities[$0][given] }
                for place in ranking(margins).prefix(pruned[given][other]) { isIssue[rows[place]] = true }
            }
        }
        let found = labels.indices.filter { isIssue[$0] }.compactMap(issue)
        return found.sorted { ($0.givenProbability, $0.row) < ($1.givenProbability, $1.row) }
    }

    /// Nil if the given label is the most probable one.
    private func issue(_ row: Int) -> LabelIssue? {
        let (given, values) = (labels[row], probabilities[row])
        let likely = highest(values)
        guard values[likely] > values[given] + Self.tolerance || values[likely] == values[given] + Self.tolerance && likely < given else {
            return nil
        }
        return LabelIssue(
            row: row, given: given, likely: likely, givenProbability: values[given], likelyProbability: values[likely])
    }

    /// By given and by other label, the number of rows to take.
    private var pruneCounts: [[Int]] {
        let joint = calibratedJoint
        return (0..<labelCount).map { given in
            let kept = max(joint[given][given], 1)
            // At least one row keeps its label; the others give it up evenly.
            let raised = Double(kept - joint[given][given])
            let share = raised / Double(max(joint[given].count { $0 != 0 } - 1, 1))
            return (0..<labelCount).map { $0 == given ? kept : max(0, Int(Double(joint[given][$0]) - share)) }
        }
    }

    /// The number of rows by given and by likely label; each row of the matrix sums to the given label's rows.
    private var calibratedJoint: [[Int]] {
        let joint = confidentJoint
        let scaled = (0..<labelCount).map { given in
            let sum = max(Double(joint[given].reduce(0, +)), 1e-100)
            return joint[given].map { Double($0) / sum * Double(counts[given]) }
        }
        let total = max(scaled.reduce(0) { $0 + $1.reduce(0, +) }, 1e-100)
        return scaled.map { Self.rounded($0.map { $0 / total * Double(labels.count) }) }
    }

    /// The number of confident rows by given and by counted label, at least one on the diagonal.
    private var confidentJoint: [[Int]] {
        let thresholds = thresholds
        var joint = [[Int]](repeating: Array(repeating: 0, count: labelCount), count: labelCount)
        for (given, values) in zip(labels, probabilities) {
            let confident = values.indices.filter { values[$0] >= thresholds[$0] - Self.tolerance }
            guard let first = confident.first else { continue }
            joint[given][confident.count > 1 ? highest(values) : first] += 1
        }
        for label in 0..<labelCount { joint[label][label] = max(joint[label][label], 1) }
        return joint
    }

    /// The mean probability of each label over the rows that have it; out of reach for a label without rows.
    private var thresholds: [Double] {
        var sums = [Double](repeating: 0, count: labelCount)
        for (label, values) in zip(labels, probabilities) { sums[label] += values[label] }
        return (0..<labelCount).map { counts[$0] == 0 ? 2 : max(sums[$0] / Double(counts[$0]), 2 * Self.tolerance) }
    }

    /// The numbers rounded, with the same sum: those that rounding changed most are rounded the other way.
    private static func rounded(_ values: [Double]) -> [Int] {
        var whole = values.map { $0.rounded(.toNearestOrEven) }
        let wanted = values.reduce(0, +).rounded(.toNearestOrEven)
        while true {
            let difference = Int(wanted - whole.reduce(0, +))
            if difference == 0 { return whole.map { Int($0) } }
            let order = values.indices.sorted { (values[$0] - whole[$0], $0) < (values[$1] - whole[$1], $1) }
            let changed = difference > 0 ? order.suffix(difference) : order.prefix(-difference)
            for index in changed { whole[index] += difference > 0 ? 1 : -1 }
        }
    }
}
