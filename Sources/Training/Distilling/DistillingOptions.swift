import TenorFiles
import TenorModeling

/// How a student is trained: everything that a run depends on except its models and texts.
package struct DistillingOptions: Sendable {
    /// Nil for answers if the teacher is a classifier, and states otherwise.
    package var objective: DistillingObjective?
    /// By which logits are divided before they are compared; see ``AnswerDivergence``.
    package var temperature = 2.0
    /// The share of a labelled row's loss that is the error against its labels. The rest, and all of an unlabelled row's, is the divergence
    /// from the teacher's answer.
    package var labelShare = 0.5
    /// With answers: the weight of the distance of the pooled states from the teacher's, which is added to the loss; 0 to leave it out.
    package var statesWeight = 0.0
    /// The number of tokens that texts are truncated to; nil for what the teacher was tuned with, or for 512.
    package var maxLength: Int?
    package var epochs: Int?
    /// Ends training after this many steps, even within an epoch. The schedule then spans these steps.
    package var maxSteps: Int?
    package var batchSize = 32
    package var learningRate: Double?
    /// Of the head and of projections.
    package var headLearningRate: Double?
    package var schedule = Schedule.Curve.linear
    package var warmup = 0.1
    package var weightDecay = 0.01
    /// The maximum norm of all gradients together; 0 for no limit.
    package var clip = 1.0
    /// Overrides the rates in the student's config.json.
    package var dropout: Double?
    package var shuffles = true
    package var seed: UInt64 = 1
    package var threads = 1
    /// The precision of products, the teachers' too: fp32 or bf16.
    package var precision = Precision.fp32
    /// The number format of the saved weights.
    package var dtype = FloatFormat.f32

    package init() {}

    /// Rejects values that are out of range.
    package func check() throws(OptionError) {
        func require(_ isRight: Bool, _ option: String, _ needed: String) throws(OptionError) {
            if !isRight { throw OptionError(option, needed: needed) }
        }
        try require(temperature > 0 && temperature.isFinite, "temperature", "above 0")
        try require((0...1).contains(labelShare), "labelShare", "between 0 and 1")
        try require(statesWeight >= 0 && statesWeight.isFinite, "statesWeight", "at least 0")
        if objective == .states { try require(statesWeight == 0, "statesWeight", "0 where states are all that is learnt") }
        try training.check()
    }

    /// The options that training by labels has too, where everything is trained.
    private var training: TuningOptions {
        var options = TuningOptions()
        options.unfreezing = .all
        (options.maxLength, options.epochs, options.maxSteps, options.batchSize) = (maxLength, epochs, maxSteps, batchSize)
        (options.learningRate, options.headLearningRate) = (learningRate, headLearningRate)
        (options.warmup, options.weightDecay, options.clip, options.dropout) = (warmup, weightDecay, clip, dropout)
        (options.threads, options.precision) = (threads, precision)
        return options
    }

    /// The learning rates of the encoder, and of the head and projections.
    package func rates(width: Int) -> (base: Double, head: Double) { training.rates(width: width) }

    /// The number of passes over this many rows: by default 3, and more over few rows, so that there are enough steps.
    package func epochCount(rows: Int) -> Int { epochs ?? min(2 + (3000 + rows - 1) / max(rows, 1), 20) }

    func json(_ objective: DistillingObjective, width: Int, rows: Int) -> JSON {
        let rates = rates(width: width)
        var json: JSON.Object = ["objective": .string(objective.rawValue)]
        if objective == .answers {
            json["temperature"] = JSON(temperature)
            json["label_share"] = JSON(labelShare)
            json["states_weight"] = JSON(statesWeight)
        }
        json["epochs"] = JSON(epochCount(rows: rows))
        if let maxSteps { json["max_steps"] = JSON(maxSteps) }
        json["batch_size"] = JSON(batchSize)
        json["learning_rate"] = JSON(rates.base)
        json["head_learning_rate"] = JSON(rates.head)
        json["schedule"] = .string(schedule.rawValue)
        json["warmup"] = JSON(warmup)
        json["weight_decay"] = JSON(weightDecay)
        json["clip"] = JSON(clip)
        if let dropout { json["dropout"] = JSON(dropout) }
        json["shuffle"] = .bool(shuffles)
        json["seed"] = .string(String(seed))
        return .object(json)
    }
}
