import TenorLayers

/// What a model predicts: the number of outputs of its head, the loss, and the meaning of the logits.
package enum Task: Hashable, Sendable {
    /// One of several labels: p = softmax(logits), and a row's loss is -ln p[label].
    case singleLabel
    /// Any number of labels: p = σ(logit) for each label by itself, and a row's loss is the mean over the labels of its binary cross-entropy.
    case multiLabel
    /// Numbers: the logits themselves, and a row's loss is the mean over them of the squared error.
    case regression

    /// From the task's name in config.json; nil for an unknown task.
    package init?(problemType: String) {
        guard let task = [Task.singleLabel, .multiLabel, .regression].first(where: { $0.problemType == problemType }) else { return nil }
        self = task
    }

    /// The name in config.json.
    package var problemType: String {
        switch self {
        case .singleLabel: "single_label_classification"
        case .multiLabel: "multi_label_classification"
        case .regression: "regression"
        }
    }

    /// For display.
    package var name: String {
        switch self {
        case .singleLabel: "one label for each text"
        case .multiLabel: "any number of labels for each text"
        case .regression: "regression"
        }
    }

    /// Maps a text's logits to its answer: the probability of each label or, in a regression, the numbers.
    package func answers(_ logits: some Collection<Float>) -> [Double] {
        switch self {
        case .singleLabel: CrossEntropy.probabilities(logits)
        case .multiLabel: logits.map { BinaryCrossEntropy.probability(Double($0)) }
        case .regression: logits.map(Double.init)
        }
    }

    /// The sum of the rows' losses, and `dLogits`, the gradient of that sum divided by `divisor`. Logits are [rows, outputs].
    func loss(_ logits: Rows, _ targets: Targets, _ weights: LossWeights, divisor: Double, dLogits: Rows) -> Double {
        switch (self, targets) {
        case (.singleLabel, .labels(let labels)): CrossEntropy.loss(logits, labels: labels, weights, divisor: divisor, dLogits: dLogits)
        case (.multiLabel, .sets(let sets)): BinaryCrossEntropy.loss(logits, sets: sets, weights, divisor: divisor, dLogits: dLogits)
        case (.regression, .numbers(let values)): SquaredError.loss(logits, values: values, divisor: divisor, dOutputs: dLogits)
        default: preconditionFailure("targets of another task")
        }
    }
}
