/// The program's version, as tenor.json and model cards name it.
package let tenorVersion = "0.1.0"

extension TuningEvent {
    /// The event as a line of training.jsonl; nil for those that are not kept.
    package var record: String? {
        switch self {
        case .step(let step):
            """
            {"step": \(step.step), "epoch": \(step.epoch), "loss": \(step.loss), "learning_rate": \(step.learningRate), \
            "head_learning_rate": \(step.headLearningRate), "gradient_norm": \(step.gradientNorm), "rows": \(step.rows)}
            """
        case .evaluated(let epoch):
            """
            {"epoch": \(epoch.epoch), "step": \(epoch.step), "train_loss": \(epoch.trainLoss), "best": \(epoch.isBest), \
            "dev": \(epoch.dev.map { unbroken($0.json) } ?? "null")}
            """
        case .resumed, .encoded, .checkpointed, .message: nil
        }
    }
}

/// JSON without its line breaks and indentation; within strings there are none.
private func unbroken(_ json: String) -> String {
    json.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ")
}
