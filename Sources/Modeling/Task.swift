import TenorLayers

/// What a model says of a text: how many outputs its head has, what training lowers, and what logits mean.
package enum Task: Hashable, Sendable {
    /// One of several labels: p = softmax(logits), the loss of a row -ln p[label].
    case singleLabel

    /// Of the task's name in config.json; nil for a task that is not known.
    package init?(problemType: String) {
        guard problemType == Self.singleLabel.problemType else { return nil }
        self = .singleLabel
    }

    /// The name in config.json.
    package var problemType: String {
        switch self {
        case .singleLabel: "single_label_classification"
        }
    }

    /// The numbers that the head computes for a text.
    package func outputs(labels: Int) -> Int {
        switch self {
        case .singleLabel: labels
        }
    }

    /// A text's logits -> for each label its probability.
    package func probabilities(_ logits: some Collection<Float>) -> [Double] {
        switch self {
        case .singleLabel: CrossEntropy.probabilities(logits)
        }
    }

    /// The sum of the rows' losses, and `dLogits`, the gradient of that sum divided by `divisor`. Logits are [rows, outputs].
    func loss(_ logits: Rows, _ targets: Targets, divisor: Int, dLogits: Rows) -> Double {
        switch (self, targets) {
        case (.singleLabel, .labels(let labels)): CrossEntropy.loss(logits, labels: labels, divisor: divisor, dLogits: dLogits)
        }
    }
}
