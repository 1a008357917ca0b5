import TenorClassifying
import TenorMeasuring
import TenorModeling

/// What is given as the answer to a text.
struct AnswerStyle {
    let task: Task
    /// In a regression the names of the numbers.
    let labels: [String]
    /// The probability from which on each of several labels is given.
    let thresholds: [Double]
    /// The number of labels to give for each text; nil for the best one or, of several labels, those that reach their thresholds.
    let top: Int?
    /// The least probability of a label.
    let least: Double
    /// The label of a text that no other label is given; nil for an empty one.
    let unsureLabel: String?

    init(_ classifier: TextClassifier, top: Int? = nil, threshold: Double? = nil, unsureLabel: String? = nil) {
        let names = classifier.model.labels
        (task, labels) = (classifier.model.task, names)
        thresholds = threshold.map { threshold in names.map { _ in threshold } } ?? classifier.thresholds.values
        (self.top, self.unsureLabel) = (top, unsureLabel)
        least = threshold ?? 0
    }

    /// The given labels, most probable first, or the numbers. A text that gets no label has one entry, with the unsure label.
    func given(_ values: [Double]) -> [(label: String?, value: Double)] {
        switch task {
        case .singleLabel:
            let likely = ranking(values).prefix(top ?? 1)
            let chosen = likely.filter { values[$0] >= least }
            return chosen.isEmpty ? [(unsureLabel, values[likely[0]])] : chosen.map { (labels[$0], values[$0]) }
        case .multiLabel:
            let likely = ranking(values)
            let chosen = top.map { Array(likely.prefix($0)) } ?? likely.filter { values[$0] >= thresholds[$0] }
            return chosen.isEmpty ? [(unsureLabel, values[likely[0]])] : chosen.map { (labels[$0], values[$0]) }
        case .regression: return zip(labels, values).map { ($0, $1) }
        }
    }

    /// How sure the answer is: the probability of the label or, of several labels, that of the least certain decision, max(p, 1 - p). 1 for
    /// numbers, which have none.
    func certainty(_ values: [Double]) -> Double {
        switch task {
        case .singleLabel: values.max() ?? 0
        case .multiLabel: values.map { max($0, 1 - $0) }.min() ?? 1
        case .regression: 1
        }
    }
}
