import TenorFiles
import TenorMeasuring

/// The program's version, as given in tenor.json and model cards.
package let tenorVersion = "0.2.0"

extension TuningEvent {
    /// The event as a line of training.jsonl; nil for events that are not recorded.
    package var record: String? {
        func number(_ value: Double) -> JSON { value.isFinite ? .number(JSON.Number(value)) : .null }
        func count(_ value: Int) -> JSON { .number(JSON.Number(value)) }
        switch self {
        case .step(let step):
            let record: JSON = [
                "step": count(step.step), "epoch": count(step.epoch), "loss": number(step.loss), "learning_rate": number(step.learningRate),
                "head_learning_rate": number(step.headLearningRate), "gradient_norm": number(step.gradientNorm), "rows": count(step.rows),
            ]
            return record.serialized(.line)
        case .evaluated(let epoch):
            let record: JSON = [
                "epoch": count(epoch.epoch), "step": count(epoch.step), "train_loss": number(epoch.trainLoss), "best": .bool(epoch.isBest),
                "dev": epoch.dev?.summary ?? .null,
            ]
            return record.serialized(.line)
        case .solved(let strength):
            let record: JSON = ["head_strength": number(strength)]
            return record.serialized(.line)
        case .comparing, .compared, .measured, .chosen, .resumed, .encoded, .checkpointed, .message: return nil
        }
    }
}
