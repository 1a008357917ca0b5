/// One optimizer step, for progress and training.jsonl.
package struct StepRecord: Sendable {
    /// Counted from 1.
    package let step: Int
    package let steps: Int
    package let epoch: Int
    package let loss: Double
    package let learningRate: Double
    package let headLearningRate: Double
    /// The norm of all gradients together, before clipping.
    package let gradientNorm: Double
    package let rows: Int
}
