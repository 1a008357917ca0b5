import TenorMeasuring

/// What happens while a model is tuned, in the order it happens.
package enum TuningEvent: Sendable {
    /// The run continues after this epoch, counted from 1.
    case resumed(epoch: Int)
    /// So many rows are encoded by the frozen part.
    case encoded(rows: Int, of: Int)
    case step(StepRecord)
    case evaluated(EpochRecord)
    /// The run can be resumed after this epoch, counted from 1.
    case checkpointed(epoch: Int)
    /// Something that a person may want to know.
    case message(String)
}

package struct StepRecord: Sendable {
    /// From 1.
    package let step: Int
    package let steps: Int
    package let epoch: Int
    package let loss: Double
    package let learningRate: Double
    package let headLearningRate: Double
    /// Of all gradients together, before clipping.
    package let gradientNorm: Double
    package let rows: Int
}

package struct EpochRecord: Sendable {
    /// From 1.
    package let epoch: Int
    package let step: Int
    /// The mean over the epoch's steps.
    package let trainLoss: Double
    package let dev: Metrics?
    package let isBest: Bool
}
