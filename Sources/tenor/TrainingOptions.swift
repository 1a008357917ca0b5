import ArgumentParser
import Tuning

extension Schedule.Curve: ExpressibleByArgument {}
extension SelectionMetric: ExpressibleByArgument {}

extension Unfreezing: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

/// The options of `tenor tune` that say how it trains.
struct TrainingOptions: ParsableArguments {
    enum PoolingChoice: String, CaseIterable, ExpressibleByArgument { case auto, cls, mean }

    @Option(help: ArgumentHelp("How much of the base is trained: none, top:K, all or gradual.", valueName: "policy"))
    var unfreeze = Unfreezing.none

    @Option(help: "Times to go through the corpus (default: 20 for none, 3 for others).")
    var epochs: Int?

    @Option(help: "Stop after so many steps.")
    var maxSteps: Int?

    @Option(help: "Rows in a step.")
    var batchSize = 32

    @Option(help: "The learning rate of the base (default: what does well for the policy and the model's width).")
    var learningRate: Double?

    @Option(help: "The learning rate of the head.")
    var headLearningRate: Double?

    @Option(help: "What the rate is multiplied with from block to block downwards.")
    var layerDecay = 1.0

    @Option(help: "How rates go after the warm-up: \(Schedule.Curve.allCases.map(\.rawValue).joined(separator: ", ")).")
    var schedule = Schedule.Curve.linear

    @Option(help: "The share of all steps in which rates go up from 0.")
    var warmup = 0.1

    @Option(help: "AdamW's decay, of matrices only.")
    var weightDecay = 0.01

    @Option(help: "The largest norm of all gradients together; 0 for no limit.")
    var clip = 1.0

    @Option(help: "Dropout in what is trained, instead of config.json's.")
    var dropout: Double?

    @Option(help: "Tokens that a text is cut to (default: 512, or what the model takes).")
    var maxLength: Int?

    @Option(help: ArgumentHelp("Labelled rows to choose the best epoch by.", valueName: "file"), completion: .file())
    var dev: String?

    @Option(help: "The share of the corpus to choose by instead, stratified; 0 for none (default: 0.1).")
    var devFraction: Double?

    @Option(help: "What the best epoch is best at: \(SelectionMetric.allCases.map(\.rawValue).joined(separator: ", ")).")
    var metric: SelectionMetric?

    @Option(help: "Stop after so many epochs without a gain on the dev rows.")
    var patience: Int?

    @Flag(inversion: .prefixedNo, help: "Train in random order, texts of similar length together.")
    var shuffle = true

    @Option(help: "The seed of everything random; the same seed gives the same bits.")
    var seed: UInt64 = 1

    @Option(help: "The head's view of a text: auto, cls or mean. A mean folder opens in sentence-transformers.")
    var pooling = PoolingChoice.auto

    @Flag(help: "Make a new head even if the base has one for the same labels.")
    var resetHead = false

    @Flag(help: "Insist on the base's own head.")
    var keepHead = false

    var poolingChoice: Tuning.PoolingChoice {
        switch pooling {
        case .auto: .automatic
        case .cls: .cls
        case .mean: .mean
        }
    }

    var headChoice: Tuning.HeadChoice { keepHead ? .keep : resetHead ? .reset : .automatic }

    func validate() throws {
        func check(_ name: String, _ isRight: Bool, _ needed: String) throws {
            if !isRight { throw ValidationError("--\(name) must be \(needed)") }
        }
        try check("epochs", (epochs ?? 1) >= 1, "at least 1")
        try check("max-steps", (maxSteps ?? 1) >= 1, "at least 1")
        try check("batch-size", batchSize >= 1, "at least 1")
        try check("learning-rate", (learningRate ?? 1) > 0, "above 0")
        try check("head-learning-rate", (headLearningRate ?? 1) > 0, "above 0")
        try check("layer-decay", layerDecay > 0 && layerDecay <= 1, "above 0 and at most 1")
        try check("warmup", (0...1).contains(warmup), "between 0 and 1")
        try check("weight-decay", weightDecay >= 0, "at least 0")
        try check("clip", clip >= 0, "at least 0")
        try check("dropout", (0..<1).contains(dropout ?? 0), "from 0 to below 1")
        try check("max-length", (maxLength ?? 8) >= 3, "at least 3")
        try check("dev-fraction", (0..<1).contains(devFraction ?? 0), "from 0 to below 1")
        try check("patience", (patience ?? 1) >= 1, "at least 1")
        if dev != nil, devFraction != nil { throw ValidationError("--dev and --dev-fraction exclude each other") }
        if keepHead, resetHead { throw ValidationError("--keep-head and --reset-head exclude each other") }
        if devFraction == 0, metric != nil || patience != nil {
            throw ValidationError("--metric and --patience need dev rows, and --dev-fraction is 0")
        }
    }

    func options(threads: Int, hasDev: Bool) throws -> TuningOptions {
        if !hasDev, metric != nil || patience != nil {
            throw ValidationError("--metric and --patience need dev rows, and the corpus is too small to spare any; name some with --dev")
        }
        var options = TuningOptions()
        options.unfreezing = unfreeze
        options.epochs = epochs
        options.maxSteps = maxSteps
        options.batchSize = batchSize
        options.learningRate = learningRate
        options.headLearningRate = headLearningRate
        options.layerDecay = layerDecay
        options.curve = schedule
        options.warmup = warmup
        options.weightDecay = weightDecay
        options.clip = clip
        options.dropout = dropout
        options.metric = metric ?? .accuracy
        options.patience = patience
        options.shuffles = shuffle
        options.seed = seed
        options.threads = threads
        return options
    }
}
