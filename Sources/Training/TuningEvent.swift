import TenorMeasuring

/// An event during tuning. Events are reported in the order in which they happen.
package enum TuningEvent: Sendable {
    /// The run resumes after this epoch, counted from 1.
    case resumed(epoch: Int)
    /// The frozen part has encoded this many rows.
    case encoded(rows: Int, of: Int)
    case step(StepRecord)
    case evaluated(EpochRecord)
    /// A checkpoint was saved. The run can be resumed after this epoch, counted from 1.
    case checkpointed(epoch: Int)
    /// A message for the user.
    case message(String)
}

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

package struct EpochRecord: Sendable {
    /// Counted from 1.
    package let epoch: Int
    package let step: Int
    /// The mean loss of the epoch's steps.
    package let trainLoss: Double
    package let dev: Metrics?
    package let isBest: Bool
}
