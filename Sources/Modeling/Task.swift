import TenorLayers

/// What a model predicts: the number of outputs of its head, the loss, and the meaning of the logits.
package enum Task: Hashable, Sendable {
    /// One of several labels: p = softmax(logits), and a row's loss is -ln p[label].
    case singleLabel

    /// From the task's name in config.json; nil for an unknown task.
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

    /// The number of outputs of the head.
    package func outputs(labels: Int) -> Int {
        switch self {
        case .singleLabel: labels
        }
    }

    /// Maps a text's logits to the probability of each label.
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
