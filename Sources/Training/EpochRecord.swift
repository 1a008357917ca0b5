import TenorMeasuring

/// One pass through the training rows, for progress and training.jsonl.
package struct EpochRecord: Sendable {
    /// Counted from 1.
    package let epoch: Int
    package let step: Int
    /// The mean loss of the epoch's steps.
    package let trainLoss: Double
    package let dev: Results?
    package let isBest: Bool
}
