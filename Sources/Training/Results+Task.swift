import TenorFiles
import TenorMeasuring
import TenorModeling

extension Results {
    /// Reads `metrics.json` of a task; nil if it is of other labels.
    init?(_ json: JSON, _ task: Task, labels: [String]) {
        switch task {
        case .singleLabel: if let metrics = Metrics(json, labels: labels) { self = .labels(metrics) } else { return nil }
        case .multiLabel: if let metrics = MultiLabelMetrics(json, labels: labels) { self = .sets(metrics) } else { return nil }
        case .regression: if let metrics = RegressionMetrics(json, outputs: labels) { self = .numbers(metrics) } else { return nil }
        }
    }
}

extension Task {
    /// The metrics that an epoch can be chosen by, the usual one first.
    package var metrics: [SelectionMetric] {
        switch self {
        case .singleLabel: SelectionMetric.forLabels
        case .multiLabel: SelectionMetric.forSets
        case .regression: SelectionMetric.forNumbers
        }
    }
}
