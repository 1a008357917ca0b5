import ArgumentParser
import TenorLayers
import TenorMeasuring
import TenorModeling
import TenorReading
import TenorTraining

extension Schedule.Curve: ExpressibleByArgument {}
extension SelectionMetric: ExpressibleByArgument {}
extension Objective: ExpressibleByArgument {}
extension TuningOptions.HeadFit: ExpressibleByArgument {}
extension FloatFormat: ExpressibleByArgument {}
extension TuningOptions.PoolingChoice: ExpressibleByArgument {}

extension ClassWeights: ExpressibleByArgument {
    public init?(argument: String) {
        switch argument {
        case "auto": self = .automatic
        case "none": self = .none
        case "balanced": self = .balanced
        default:
            var weights: [String: Double] = [:]
            for part in argument.split(separator: ",") {
                guard let sign = part.lastIndex(of: "="), let weight = Double(part[part.index(after: sign)...]), weight > 0,
                    weight.isFinite,
                    weights.updateValue(weight, forKey: String(part[..<sign])) == nil
                else { return nil }
            }
            guard !weights.isEmpty else { return nil }
            self = .named(weights)
        }
    }

    public var defaultValueDescription: String { "auto" }
}

/// The options of `tenor tune` that control training.
struct TrainingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How much of the base is trained with the head: none, top:K, all or gradual (default: auto, which compares some of them).",
            valueName: "policy"))
    var unfreeze = UnfreezeChoice.auto

    @Option(help: ArgumentHelp("Begin no further comparison after this many seconds (default: no limit).", valueName: "seconds"))
    var budget: Double?

    @Option(
        help: """
            What training minimizes: classification, the error of the answers, or contrastive, which draws texts of the same label together \
            and is best with few rows (default: auto).
            """)
    var objective: Objective?

    @Option(help: "How a new head is made: solved as a logistic regression, or stepped, trained like the layers below.")
    var headFit = TuningOptions.HeadFit.solved

    @Option(
        help: ArgumentHelp("The solved head's C; a larger one follows the rows more closely (default: cross-validated).", valueName: "c"))
    var headStrength: Double?

    @Option(help: ArgumentHelp("How often to go through the corpus (default: more often the fewer rows there are).", valueName: "n"))
    var epochs: Int?

    @Option(help: ArgumentHelp("Stop after this many steps.", valueName: "n"))
    var maxSteps: Int?

    @Option(
        help: ArgumentHelp("Rows in a step; more need more memory (default: 32; 48 for contrastive).", valueName: "rows"))
    var batchSize: Int?

    @Option(
        help: ArgumentHelp(
            "How far a step moves the base (default for a width of 384: 3e-4 for top:K, 1e-4 for all and gradual; less for wider models).",
            valueName: "rate"))
    var learningRate: Double?

    @Option(
        help: ArgumentHelp(
            "How far a step moves the head (default: 3e-3 for none, 1e-3 for top:K, 5e-4 for all and gradual).", valueName: "rate"))
    var headLearningRate: Double?

    @Option(help: ArgumentHelp("Multiply the rate by this from each layer to the one below it.", valueName: "factor"))
    var layerDecay = 1.0

    @Option(help: "How rates go down after the warm-up.")
    var schedule = Schedule.Curve.linear

    @Option(help: ArgumentHelp("The share of all steps in which rates rise from 0.", valueName: "share"))
    var warmup = 0.1

    @Option(help: ArgumentHelp("AdamW's weight decay, of matrices only.", valueName: "decay"))
    var weightDecay = 0.01

    @Option(help: ArgumentHelp("The largest norm of all gradients together; 0 for no limit.", valueName: "norm"))
    var clip = 1.0

    @Option(help: ArgumentHelp("Dropout in what is trained (default: as config.json has it).", valueName: "p"))
    var dropout: Double?

    @Option(
        help: ArgumentHelp(
            "Truncate texts to this many tokens; a token is a word or a part of one (default: 512, or what the model takes).",
            valueName: "n"))
    var maxLength: Int?

    @Option(
        help: ArgumentHelp(
            "What is read of longer texts: head, the beginning; tail, the end; head-tail, a quarter of the tokens from the beginning and the rest from the end; windows, everything, in overlapping windows whose states are averaged (default: windows if more than a tenth of the texts are longer, otherwise head). Classifying reads texts in the same way.",
            valueName: "part"))
    var long: LongTexts?

    @Option(help: ArgumentHelp("Labelled rows to choose the best epoch by.", valueName: "file"), completion: .file())
    var dev: String?

    @Option(
        help: ArgumentHelp(
            """
            Labelled rows that the model was tuned on before: they are trained on along with the corpus, except a fifth, which measures what was \
            forgotten.
            """, valueName: "file"), completion: .file())
    var old: String?

    @Option(
        help: ArgumentHelp(
            "The share of the corpus to hold out instead, of each label alike; 0 for none (default: what the policy needs).",
            valueName: "share"))
    var devFraction: Double?

    @Option(
        help: ArgumentHelp(
            """
            Cross-validate: train K models, each without a K-th of the rows, and measure each on those. Their probabilities are saved as \
            out-of-fold.jsonl.
            """, valueName: "k"))
    var folds: Int?

    @Option(
        help: ArgumentHelp(
            """
            Measure N runs with different seeds, on the dev rows or, without any, by cross-validation, and report mean and deviation. The first \
            is saved.
            """, valueName: "n"))
    var seeds = 1

    @Flag(help: "Save the mean of the seeds' weights, one model that is often a little better than each.")
    var ensemble = false

    @Option(
        help: ArgumentHelp(
            """
            How much the rows of each label count: none, all the same; balanced, so that rare labels count as much as frequent ones; or weights \
            such as spam=2.5,ham=1 (default: auto, which with --metric macro-f1 tries both none and balanced).
            """, valueName: "weights"))
    var classWeights = ClassWeights.automatic

    @Option(help: ArgumentHelp("Let rows that are already right count less: the focal loss with this gamma.", valueName: "gamma"))
    var focalLoss = 0.0

    @Option(help: ArgumentHelp("Spread this share of each row's target over all labels.", valueName: "share"))
    var labelSmoothing = 0.0

    @Flag(
        inversion: .prefixedNo,
        help: "Calibrate: map the logits, as fits held-out rows best, so that probabilities say how often answers are right.")
    var calibrate = true

    @Option(help: "What the best epoch is best at (default: accuracy; micro-f1 for any number of labels, rmse for numbers).")
    var metric: SelectionMetric?

    @Option(help: ArgumentHelp("Stop after this many epochs without a gain on the dev rows.", valueName: "n"))
    var patience: Int?

    @Flag(inversion: .prefixedNo, help: "Train in random order, texts of similar length together; or in the order of the file.")
    var shuffle = true

    @Option(help: ArgumentHelp("Where all randomness starts: the same seed gives the same model, bit for bit.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: "The numbers to compute with: fp32, or bf16, which is faster where the processor has it.")
    var precision = TrainingPrecision.fp32

    @Option(help: "The numbers to save with; f16 and bf16 halve the file and round what was trained and measured in f32.")
    var dtype = FloatFormat.f32

    @Option(
        help: """
            What the head looks at: cls, the first token, or mean, the mean of all (default: auto, which is mean where the base was made for it \
            or only the head is trained, else cls). A cls folder opens in transformers, a mean folder in sentence-transformers.
            """)
    var pooling = TuningOptions.PoolingChoice.automatic

    @Flag(help: "Make a new head, even if the base has one for labels of the corpus.")
    var resetHead = false

    @Flag(help: "Go on with the base's own head, or fail if it lacks a label of the corpus.")
    var keepHead = false

    func validate() throws {
        if dev != nil, devFraction != nil { throw ValidationError("--dev and --dev-fraction exclude each other") }
        if keepHead, resetHead { throw ValidationError("--keep-head and --reset-head exclude each other") }
        if old != nil, resetHead { throw ValidationError("--old and --reset-head exclude each other") }
        if devFraction == 0, metric != nil && choosesEpoch || patience != nil {
            throw ValidationError("--metric and --patience need dev rows, and --dev-fraction is 0")
        }
        do {
            try options(threads: 1).check()
        } catch {
            throw ValidationError("\(flag(of: error.option)) must be \(error.needed)")
        }
    }

    /// Whether the best epoch is chosen by dev rows.
    var choosesEpoch: Bool {
        guard let policy = unfreeze.policy else { return false }
        return objective != .contrastive && (policy != .none || headFit == .stepped)
    }

    /// Rejects options that need dev rows if the corpus had none to spare.
    func checkDevRows(_ areThere: Bool) throws {
        if !areThere, metric != nil && choosesEpoch || patience != nil {
            throw ValidationError("--metric and --patience need dev rows, and the corpus is too small to spare any; name some with --dev")
        }
    }

    func options(threads: Int) -> TuningOptions {
        var options = TuningOptions()
        options.unfreezing = unfreeze.policy
        options.searchSeconds = budget
        options.objective = objective
        options.headFit = headFit
        options.headStrength = headStrength
        options.head = keepHead ? .keep : resetHead ? .reset : .automatic
        options.pooling = pooling
        (options.maxLength, options.long) = (maxLength, long)
        options.devFraction = devFraction
        options.epochs = epochs
        options.maxSteps = maxSteps
        options.batchSize = batchSize
        options.learningRate = learningRate
        options.headLearningRate = headLearningRate
        options.layerDecay = layerDecay
        options.schedule = schedule
        options.calibrates = calibrate
        options.classWeights = classWeights
        options.focalLoss = focalLoss
        options.labelSmoothing = labelSmoothing
        options.folds = folds
        options.seeds = seeds
        options.averagesSeeds = ensemble
        options.warmup = warmup
        options.weightDecay = weightDecay
        options.clip = clip
        options.dropout = dropout
        options.metric = metric
        options.patience = patience
        options.shuffles = shuffle
        options.seed = seed
        options.threads = threads
        options.precision = precision.inLayers
        options.dtype = dtype
        return options
    }
}

/// The flag for a library option, such as `--batch-size` for `batchSize`.
func flag(of option: String) -> String {
    "--" + option.map { $0.isUppercase ? "-" + $0.lowercased() : String($0) }.joined()
}
