import TenorClassifying
import TenorLayers
import TenorMeasuring
import TenorModeling
import TenorReading

/// For modules that set it but do not otherwise use layers.
package typealias Precision = TenorLayers.Precision

/// How a model is tuned: everything that a run depends on except its texts. If a rate is nil, the default for the policy and the model's
/// width applies.
package struct TuningOptions: Sendable {
    /// Whether a base that already has a head continues with it.
    package enum HeadChoice: Sendable { case automatic, keep, reset }

    /// How a new head pools the states of a text's tokens.
    package enum PoolingChoice: String, Sendable, CaseIterable {
        /// The mean if the base is a sentence encoder or only the head is trained, otherwise the family's own pooling.
        case automatic = "auto"
        case cls
        case mean
    }

    /// How a new head's classifier gets its weights.
    package enum HeadFit: String, Sendable, CaseIterable {
        /// As a logistic regression on the base's states, to convergence. What is trained in steps starts from it.
        case solved
        /// In optimizer steps, from random weights.
        case stepped
    }

    /// What is trained along with the head; nil to compare recipes, unless the objective is contrastive.
    package var unfreezing: Unfreezing?
    /// What steps minimize; nil for classification, or to compare recipes.
    package var objective: Objective?
    package var headFit = HeadFit.solved
    /// C of the solved head; nil to choose it by cross-validation.
    package var headStrength: Double?
    /// The seconds after which no further recipe is compared; nil for no limit.
    package var searchSeconds: Double?
    package var head = HeadChoice.automatic
    package var pooling = PoolingChoice.automatic
    /// The number of tokens, special tokens included, that texts are truncated to; nil for 512 or, if that is less, the model's limit.
    package var maxLength: Int?
    /// What is read of longer texts; nil for windows if more than a tenth of the rows are longer, otherwise the beginning.
    package var long: LongTexts?
    /// Whether the logits are mapped so that the probabilities of held-out rows fit best; see ``Calibration``.
    package var calibrates = true
    /// The number of folds in which the training rows are cross-validated; nil for none, or for 5 if that is the only way to measure
    /// ``seeds``.
    package var folds: Int?
    /// The number of runs that are measured, with the seeds ``seed``, ``seed`` + 1 and so on.
    package var seeds = 1
    /// Whether the saved weights are the mean over the seeds' runs.
    package var averagesSeeds = false
    /// The share of the rows, stratified by label, that is held out if no dev rows are given; nil for a default.
    package var devFraction: Double?
    package var epochs: Int?
    /// Ends training after this many steps, even within an epoch. The schedule then spans these steps.
    package var maxSteps: Int?
    package var batchSize: Int?
    package var learningRate: Double?
    package var headLearningRate: Double?
    /// The factor for a block's rate, applied once for each block above it (Howard and Ruder 2018, "discriminative fine-tuning").
    package var layerDecay = 1.0
    package var schedule = Schedule.Curve.linear
    package var warmup = 0.1
    package var weightDecay = 0.01
    /// The maximum norm of all gradients together; 0 for no limit.
    package var clip = 1.0
    /// Overrides the rates in config.json.
    package var dropout: Double?
    /// How much the rows of each label count.
    package var classWeights = ClassWeights.automatic
    /// γ of the focal loss; 0 for the plain one.
    package var focalLoss = 0.0
    /// The share of each row's target that is spread over all labels.
    package var labelSmoothing = 0.0
    /// What the best epoch is best at; nil for what is usual for the task.
    package var metric: SelectionMetric?
    /// Whether the epoch with the best dev metric is saved, rather than the last one.
    package var choosesEpoch = true
    /// The number of epochs without a better dev metric after which training ends.
    package var patience: Int?
    package var shuffles = true
    package var seed: UInt64 = 1
    package var threads = 1
    /// The precision of products: fp32 or bf16.
    package var precision = Precision.fp32
    package var budget = CachedActivations.Budget.standard

    /// The number format of the saved weights.
    package var dtype = FloatFormat.f32

    package init() {}

    /// Rejects values that are out of range.
    package func check() throws(OptionError) {
        func require(_ isRight: Bool, _ option: String, _ needed: String) throws(OptionError) {
            if !isRight { throw OptionError(option, needed: needed) }
        }
        if objective == .contrastive {
            try require(unfreezing != Unfreezing.none, "objective", "classification where nothing but the head is trained")
            try require(headFit == .solved, "headFit", "solved where the objective is contrastive")
        }
        if case .top(let blocks) = unfreezing {
            try require(blocks >= 1, "unfreezing", "none, top:K with a K of at least 1, all or gradual")
        }
        try require((headStrength ?? 1) > 0, "headStrength", "above 0")
        try require((searchSeconds ?? 1) > 0, "budget", "above 0 seconds")
        try require((1...1_000_000).contains(epochs ?? 1), "epochs", "from 1 to 1000000")
        try require((maxSteps ?? 1) >= 1, "maxSteps", "at least 1")
        try require((1...1_000_000).contains(batchSize ?? 1), "batchSize", "from 1 to 1000000")
        try require((learningRate ?? 1) > 0, "learningRate", "above 0")
        try require((headLearningRate ?? 1) > 0, "headLearningRate", "above 0")
        try require(layerDecay > 0 && layerDecay <= 1, "layerDecay", "above 0 and at most 1")
        try require((0...1).contains(warmup), "warmup", "between 0 and 1")
        try require(weightDecay >= 0, "weightDecay", "at least 0")
        try require(clip >= 0, "clip", "at least 0")
        try require((0..<1).contains(dropout ?? 0), "dropout", "from 0 to below 1")
        try require((maxLength ?? 3) >= 3, "maxLength", "at least 3, for there are special tokens")
        try require((0..<1).contains(devFraction ?? 0), "devFraction", "from 0 to below 1")
        try require(focalLoss >= 0 && focalLoss <= 10, "focalLoss", "from 0 to 10")
        try require((0..<1).contains(labelSmoothing), "labelSmoothing", "from 0 to below 1")
        if focalLoss > 0 { try require(labelSmoothing == 0, "labelSmoothing", "0 with a focal loss") }
        try require((2...1000).contains(folds ?? 2), "folds", "from 2 to 1000")
        try require((1...1000).contains(seeds), "seeds", "from 1 to 1000")
        if averagesSeeds { try require(seeds > 1, "seeds", "at least 2 for an ensemble") }
        try require((patience ?? 1) >= 1, "patience", "at least 1")
        try require((1...mostThreads).contains(threads), "threads", "from 1 to \(mostThreads)")
        try require(precision != .int8, "precision", "fp32 or bf16; int8 is for classifying only")
    }

    /// The rates that measured best for each policy on models of width 384. Wider models need lower rates for the pre-trained part.
    package func rates(width: Int) -> (base: Double, head: Double) {
        let narrower = 384 / Double(width)
        let base: Double
        let head: Double
        switch policy {
        case .none: (base, head) = (0, 3e-3)
        case .top: (base, head) = (3e-4 * narrower, 1e-3)
        case .all, .gradual: (base, head) = (1e-4 * narrower, 5e-4)
        }
        return (learningRate ?? base, headLearningRate ?? learningRate.map { policy == .none ? $0 : $0 * head / base } ?? head)
    }

    /// Whether the recipe is chosen by comparing several; see ``Recipe``.
    package var isAutomatic: Bool { unfreezing == nil }

    /// Whether the head is solved on what the base gives the rows before anything else is trained.
    var usesBaseFeatures: Bool { startsFromSolvedHead || endsWithSolvedHead && minimized == .classification }
    var policy: Unfreezing { unfreezing ?? Unfreezing.none }
    var minimized: Objective { objective ?? .classification }
    /// Whether the head is solved before the first step.
    var startsFromSolvedHead: Bool { headFit == .solved && minimized == .classification && policy != .none }
    /// Whether the head is solved after the last step.
    var endsWithSolvedHead: Bool { headFit == .solved && (minimized == .contrastive || policy == .none) }

    /// The number of rows per step: by default 48 for the contrastive objective, which compares each with all others, and otherwise 32.
    package var rowsPerStep: Int { batchSize ?? (minimized == .contrastive ? 48 : 32) }

    /// The number of passes over this many rows. By default few rows are passed more often, so that there are enough steps: 3 to 20 times,
    /// 20 to 100 times if only a stepped head is trained, and for the contrastive objective 20 to 100 steps in all.
    package func epochCount(rows: Int) -> Int {
        if let epochs { return epochs }
        if minimized == .contrastive {
            let steps = min(max(rows * 5 / 16, 20), 100)
            return (steps * rowsPerStep + rows - 1) / max(rows, 1)
        }
        if policy == .none { return min(max(6000 / max(rows, 1), 20), 100) }
        return min(2 + (1000 + rows - 1) / max(rows, 1), 20)
    }

    /// The share of this many rows that is held out if no dev rows are given. Automatic tuning measures few rows by cross-validation, and a
    /// solved head needs no epoch to be chosen.
    package func devShare(rows: Int) -> Double {
        if let devFraction { return devFraction }
        if isAutomatic { return rows < Recipe.manyRows ? 0 : 0.1 }
        return endsWithSolvedHead ? 0 : 0.1
    }
}
