import TenorLayers
import TenorMeasuring
import TenorModeling

/// For whoever sets it and does not otherwise deal with layers.
package typealias Precision = TenorLayers.Precision

/// How a model is tuned. Where a rate is nil, the default for the policy and the model's width applies.
package struct TuningOptions: Sendable {
    package var unfreezing = Unfreezing.none
    package var epochs: Int?
    /// Ends training early, wherever it is; the schedule then spans these steps.
    package var maxSteps: Int?
    package var batchSize = 32
    package var learningRate: Double?
    package var headLearningRate: Double?
    /// What the rate of a block is multiplied with for each block above it (Howard and Ruder 2018, "discriminative fine-tuning").
    package var layerDecay = 1.0
    package var curve = Schedule.Curve.linear
    package var warmup = 0.1
    package var weightDecay = 0.01
    /// The largest norm of all gradients together; 0 for no limit.
    package var clip = 1.0
    /// Instead of the rates in config.json.
    package var dropout: Double?
    package var metric = SelectionMetric.accuracy
    /// Epochs without a better dev metric after which training ends.
    package var patience: Int?
    package var shuffles = true
    package var seed: UInt64 = 1
    package var threads = 1
    /// Of the products; fp32 or bf16.
    package var precision = Precision.fp32
    package var budget = KeptStates.Budget.standard

    package init() {}

    /// The rates measured good for each policy on models of width 384; wider models want lower ones for what was pre-trained.
    package func rates(width: Int) -> (base: Double, head: Double) {
        let narrower = 384 / Double(width)
        let base: Double
        let head: Double
        switch unfreezing {
        case .none: (base, head) = (0, 3e-3)
        case .top: (base, head) = (3e-4 * narrower, 1e-3)
        case .all, .gradual: (base, head) = (1e-4 * narrower, 5e-4)
        }
        return (learningRate ?? base, headLearningRate ?? learningRate.map { unfreezing == .none ? $0 : $0 * head / base } ?? head)
    }

    package var epochCount: Int { epochs ?? (unfreezing == .none ? 20 : 3) }
}
