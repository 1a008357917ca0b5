import TenorMeasuring
import TenorModeling

/// Takes a model's answers one at a time and gives the ``Results`` of all of them so far.
package struct ResultsTally: Sendable {
    // One of them, by the task. An enumeration would copy the scores with each row.
    private var labels: MetricsTally?
    private var sets: MultiLabelTally?
    private var numbers: RegressionTally?
    private let scale: OutputScale?
    /// The number of rows so far.
    package private(set) var rows = 0

    /// - Parameters:
    ///   - thresholds: the probability from which on each of several labels is given; empty for 0.5.
    ///   - scale: how targets and answers of a regression were standardized; nil if they are as they are.
    package init(_ task: Task, labels names: [String], thresholds: [Double] = [], scale: OutputScale? = nil) {
        self.scale = scale
        switch task {
        case .singleLabel: labels = MetricsTally(labels: names)
        case .multiLabel: sets = MultiLabelTally(labels: names, thresholds: thresholds.isEmpty ? names.map { _ in 0.5 } : thresholds)
        case .regression: numbers = RegressionTally(outputs: names)
        }
    }

    /// Adds the answer to one row of `targets`, which are of this task.
    ///
    /// - Parameter values: see ``Answer/values``.
    package mutating func add(_ targets: Targets, row: Int, _ values: [Double], isTruncated: Bool = false) {
        rows += 1
        switch targets {
        case .labels(let labels): self.labels!.add(truth: labels[row], probabilities: values, isTruncated: isTruncated)
        case .sets(let sets): self.sets!.add(truth: sets[row], probabilities: values, isTruncated: isTruncated)
        case .numbers(let numbers):
            func restored(_ values: [Double]) -> [Double] { scale?.restored(values) ?? values }
            self.numbers!.add(truth: restored(numbers[row]), answer: restored(values), isTruncated: isTruncated)
        }
    }

    package var results: Results {
        if let labels { return .labels(labels.metrics) }
        if let sets { return .sets(sets.metrics) }
        return .numbers(numbers!.metrics)
    }
}
