import TenorClassifying
import TenorLayers
import TenorMeasuring
import TenorModeling

/// For whoever sets it and does not otherwise deal with layers.
package typealias Precision = TenorLayers.Precision

/// How a model is tuned: everything that a run depends on but its texts. Where a rate is nil, the default for the policy and the model's width
/// applies.
package struct TuningOptions: Sendable {
    /// Which head a base that already has one continues with.
    package enum HeadChoice: Sendable { case automatic, keep, reset }

    /// How a new head sees a text.
    package enum PoolingChoice: String, Sendable, CaseIterable {
        /// The mean where the base's own pooling says so and only the head is trained, else the family's own: frozen, a sentence encoder's
        /// mean is what it was made for; once blocks are trained, both come out the same.
        case automatic = "auto"
        case cls
        case mean
    }

    package var unfreezing = Unfreezing.none
    package var head = HeadChoice.automatic
    package var pooling = PoolingChoice.automatic
    /// Tokens that a text is truncated to, special ones included; nil for 512, or what the model takes.
    package var maxLength: Int?
    /// The share of the rows, of each label alike, that is set aside to choose the best epoch by where no such rows are given.
    package var devFraction = 0.1
    package var epochs: Int?
    /// Ends training early, wherever it is; the schedule then spans these steps.
    package var maxSteps: Int?
    package var batchSize = 32
    package var learningRate: Double?
    package var headLearningRate: Double?
    /// What the rate of a block is multiplied with for each block above it (Howard and Ruder 2018, "discriminative fine-tuning").
    package var layerDecay = 1.0
    package var schedule = Schedule.Curve.linear
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
    package var budget = CachedActivations.Budget.standard

    /// How the tuned weights are stored.
    package var dtype = FloatFormat.f32

    package init() {}

    /// Refuses values out of their ranges.
    package func check() throws(OptionError) {
        func require(_ isRight: Bool, _ option: String, _ needed: String) throws(OptionError) {
            if !isRight { throw OptionError(option, needed: needed) }
        }
        if case .top(let blocks) = unfreezing {
            try require(blocks >= 1, "unfreezing", "none, top:K with a K of at least 1, all or gradual")
        }
        try require((1...1_000_000).contains(epochs ?? 1), "epochs", "from 1 to 1000000")
        try require((maxSteps ?? 1) >= 1, "maxSteps", "at least 1")
        try require((1...1_000_000).contains(batchSize), "batchSize", "from 1 to 1000000")
        try require((learningRate ?? 1) > 0, "learningRate", "above 0")
        try require((headLearningRate ?? 1) > 0, "headLearningRate", "above 0")
        try require(layerDecay > 0 && layerDecay <= 1, "layerDecay", "above 0 and at most 1")
        try require((0...1).contains(warmup), "warmup", "between 0 and 1")
        try require(weightDecay >= 0, "weightDecay", "at least 0")
        try require(clip >= 0, "clip", "at least 0")
        try require((0..<1).contains(dropout ?? 0), "dropout", "from 0 to below 1")
        try require((maxLength ?? 3) >= 3, "maxLength", "at least 3, for there are special tokens")
        try require((0..<1).contains(devFraction), "devFraction", "from 0 to below 1")
        try require((patience ?? 1) >= 1, "patience", "at least 1")
        try require((1...mostThreads).contains(threads), "threads", "from 1 to \(mostThreads)")
        try require(precision != .int8, "precision", "fp32 or bf16; int8 is for classifying only")
    }

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
