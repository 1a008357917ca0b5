import Glibc
import TenorClassifying
import TenorFiles
import TenorLayers
import TenorMeasuring
import TenorModeling

/// The answers that rows were given by fits that did not see them.
package struct OutOfFold: Sendable {
    /// By row, as ``Answer/values``; nil for rows that were in no fold.
    package let answers: [[Double]?]
    package let targets: Targets

    package init(_ held: [(row: Int, values: [Double])], _ targets: Targets) {
        var answers = [[Double]?](repeating: nil, count: targets.count)
        for (row, values) in held { answers[row] = values }
        (self.answers, self.targets) = (answers, targets)
    }

    /// The number of rows that have an answer.
    package var rows: Int { answers.count { $0 != nil } }

    /// How good each row's answer is; nil for rows that were in no fold. 1 or 0 for the right label or a wrong one, F1 between the row's labels
    /// and those given, or the negative squared error.
    var rowScores: [Double?] {
        answers.enumerated().map { row, values in
            guard let values else { return nil }
            switch targets {
            case .labels(let labels): return highest(values) == labels[row] ? 1 : 0
            case .sets(let sets):
                let given = values.indices.filter { values[$0] >= 0.5 }
                let hits = given.count { sets[row].contains($0) }
                return given.isEmpty && sets[row].isEmpty ? 1 : 2 * Double(hits) / Double(given.count + sets[row].count)
            case .numbers(let numbers):
                return -zip(values, numbers[row]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(max(values.count, 1))
            }
        }
    }

    /// The mean loss of the rows: -ln p[label], the mean binary cross-entropy, or the mean squared error; weighted by their labels.
    package func loss(_ weights: LossWeights = .plain) -> Double {
        var sum = 0.0
        for (row, values) in answers.enumerated() {
            guard let values else { continue }
            switch targets {
            case .labels(let labels): sum -= weights.weight(labels[row]) * log(max(values[labels[row]], .ulpOfOne))
            case .sets(let sets):
                let losses = values.enumerated().map { label, value in
                    sets[row].contains(label)
                        ? -weights.weight(label) * log(max(value, .ulpOfOne)) : -log(max(1 - value, .ulpOfOne))
                }
                sum += losses.reduce(0, +) / Double(max(values.count, 1))
            case .numbers(let numbers):
                sum += zip(values, numbers[row]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(max(values.count, 1))
            }
        }
        return sum / Double(max(rows, 1))
    }

    /// - Parameters:
    ///   - rows: some of the rows, each as often as it occurs; nil for all.
    ///   - thresholds: the probability from which on each of several labels is given; empty for 0.5.
    ///   - scale: how the numbers of a regression were standardized.
    package func results(
        of rows: [Int]? = nil, labels: [String], thresholds: [Double] = [], scale: OutputScale? = nil
    ) -> Results {
        var tally = ResultsTally(targets.task, labels: labels, thresholds: thresholds, scale: scale)
        for row in rows ?? Array(answers.indices) {
            if let values = answers[row] { tally.add(targets, row: row, values) }
        }
        return tally.results
    }

    /// Whether the answers are numbers rather than probabilities.
    var areNumbers: Bool { targets.task == .regression }

    /// The answers of the same models with their logits divided by a temperature.
    func tempered(_ temperature: Double) -> OutOfFold {
        mapped { values in
            let logits = values.map { log(max($0, .leastNormalMagnitude)) / temperature }
            let largest = logits.max() ?? 0
            let powers = logits.map { exp($0 - largest) }
            let total = powers.reduce(0, +)
            return powers.map { $0 / total }
        }
    }

    /// The answers of the same models with their logits mapped.
    package func calibrated(by calibration: Calibration) -> OutOfFold {
        switch targets.task {
        case .singleLabel: tempered(1 / (calibration.scales.first ?? 1))
        case .multiLabel:
            mapped { values in
                values.enumerated().map {
                    BinaryCrossEntropy.probability(calibration.scales[$0] * Self.logit($1) + calibration.shifts[$0])
                }
            }
        case .regression: self
        }
    }

    /// For each of several labels its logits, and whether it applies; nil for other tasks.
    func logitsByLabel(_ labelCount: Int) -> [[(logit: Double, applies: Bool)]]? {
        guard case .sets(let sets) = targets else { return nil }
        return (0..<labelCount).map { label in
            answers.indices.compactMap { row in answers[row].map { (Self.logit($0[label]), sets[row].contains(label)) } }
        }
    }

    private static func logit(_ p: Double) -> Double { log(max(p, .leastNormalMagnitude)) - log(max(1 - p, .leastNormalMagnitude)) }

    private func mapped(_ change: ([Double]) -> [Double]) -> OutOfFold {
        OutOfFold(answers.enumerated().compactMap { row, values in values.map { (row: row, values: change($0)) } }, targets)
    }

    /// For each of several labels the threshold that is best on these rows; nil for other tasks.
    package func thresholds(labelCount: Int) -> Thresholds? {
        guard case .sets(let sets) = targets else { return nil }
        let known = answers.indices.filter { answers[$0] != nil }
        return Thresholds(bestFor: known.map { answers[$0]! }, known.map { sets[$0] }, labelCount: labelCount)
    }

    /// An array of each row's answer, or null.
    var json: JSON { .array(answers.map { $0.map { .array($0.map { JSON($0) }) } ?? .null }) }

    /// Reads what ``json`` gave; nil if it is not for these rows and labels.
    init?(_ json: JSON?, _ targets: Targets, labelCount: Int) {
        guard let rows = json?.array, rows.count == targets.count else { return nil }
        var answers: [[Double]?] = []
        for row in rows {
            guard row != .null else {
                answers.append(nil)
                continue
            }
            let values = row.array?.compactMap(\.double).filter { targets.task == .regression || (0...1).contains($0) } ?? []
            guard values.count == labelCount else { return nil }
            answers.append(values)
        }
        (self.answers, self.targets) = (answers, targets)
    }
}
