import ArgumentParser
import TenorLayers
import TenorModeling
import TenorTraining

extension DistillingObjective: ExpressibleByArgument {}

extension StudentChoice: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

/// The options of `tenor distill` that control training.
struct DistillingFlags: ParsableArguments {
    @Option(
        help: """
            What the student learns: answers, a classifier's; or states, the vectors of encoders, for a base (default: answers if the teacher \
            is a classifier).
            """)
    var objective: DistillingObjective?

    @Option(help: ArgumentHelp("Divide logits by this before they are compared, so that small probabilities count more.", valueName: "t"))
    var temperature = 2.0

    @Option(
        help: ArgumentHelp(
            "The share of a labelled row's loss that is the error against its label; the rest is the distance from the teacher's answer.",
            valueName: "share"))
    var labelShare = 0.5

    @Option(
        help: ArgumentHelp(
            "Learn the teacher's pooled states too, with this weight beside its answers; 0 for not at all.", valueName: "weight"))
    var statesWeight = 0.0

    @Option(help: ArgumentHelp("How often to go through the texts (default: 3, and more often if there are few).", valueName: "n"))
    var epochs: Int?

    @Option(help: ArgumentHelp("Stop after this many steps.", valueName: "n"))
    var maxSteps: Int?

    @Option(help: ArgumentHelp("Texts in a step; more need more memory.", valueName: "texts"))
    var batchSize = 32

    @Option(
        help: ArgumentHelp(
            "How far a step moves the student (default for a width of 384: 1e-4; less for wider students).", valueName: "rate"))
    var learningRate: Double?

    @Option(help: ArgumentHelp("How far a step moves the head and projections (default: 5e-4).", valueName: "rate"))
    var headLearningRate: Double?

    @Option(help: "How rates go down after the warm-up.")
    var schedule = Schedule.Curve.linear

    @Option(help: ArgumentHelp("The share of all steps in which rates rise from 0.", valueName: "share"))
    var warmup = 0.1

    @Option(help: ArgumentHelp("AdamW's weight decay, of matrices only.", valueName: "decay"))
    var weightDecay = 0.01

    @Option(help: ArgumentHelp("The largest norm of all gradients together; 0 for no limit.", valueName: "norm"))
    var clip = 1.0

    @Option(help: ArgumentHelp("Dropout in the student (default: as config.json has it).", valueName: "p"))
    var dropout: Double?

    @Option(
        help: ArgumentHelp("Truncate the student's texts to this many tokens (default: as the teacher was tuned, or 512).", valueName: "n"))
    var maxLength: Int?

    @Flag(inversion: .prefixedNo, help: "Train in random order, texts of similar length together; or in the order of the texts.")
    var shuffle = true

    @Option(help: ArgumentHelp("Where all randomness starts: the same seed gives the same model, bit for bit.", valueName: "n"))
    var seed: UInt64 = 1

    @Option(help: "The numbers to compute with: fp32, or bf16, which is faster where the processor has it.")
    var precision = TrainingPrecision.fp32

    @Option(help: "The numbers to save with; f16 and bf16 halve the file.")
    var dtype = FloatFormat.f32

    func validate() throws {
        do {
            try options(threads: 1).check()
        } catch {
            throw ValidationError("\(flag(of: error.option)) must be \(error.needed)")
        }
    }

    func options(threads: Int) -> DistillingOptions {
        var options = DistillingOptions()
        options.objective = objective
        options.temperature = temperature
        options.labelShare = labelShare
        options.statesWeight = statesWeight
        options.maxLength = maxLength
        options.epochs = epochs
        options.maxSteps = maxSteps
        options.batchSize = batchSize
        options.learningRate = learningRate
        options.headLearningRate = headLearningRate
        options.schedule = schedule
        options.warmup = warmup
        options.weightDecay = weightDecay
        options.clip = clip
        options.dropout = dropout
        options.shuffles = shuffle
        options.seed = seed
        options.threads = threads
        options.precision = precision.inLayers
        options.dtype = dtype
        return options
    }
}
