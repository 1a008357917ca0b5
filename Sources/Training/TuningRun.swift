import TenorClassifying
import TenorLayers
import TenorMeasuring
import TenorModeling
import TenorReading
import TenorThreads

/// A base, its tokenizer and labelled texts, to be made into a tuned folder: all of `tenor tune` except reading input and printing.
///
/// The initializer opens the base and tokenizes the texts; ``complete(in:report:)`` trains and writes the folder.
package struct TuningRun: Sendable {
    package let base: String
    package let data: TrainingData
    package let options: TuningOptions
    /// Turns texts into rows.
    package let encoder: RowEncoder
    package let model: Model
    /// Whether training continues with the base's own head.
    package let head: HeadPlan
    /// The base's own classifier, if there are old rows to measure by what was forgotten.
    let predecessor: Model?
    /// The old rows that only measure; nil if there are none.
    let held: LabelledRows?
    /// How the numbers of a regression are standardized for training; nil for other tasks.
    let scale: OutputScale?
    /// The ways to train that are compared; a single one if the options leave no choice.
    package let recipes: [Recipe]
    let train: LabelledRows
    let dev: LabelledRows?
    /// The number of training, dev and old rows that were truncated to ``maxLength``.
    package let truncatedRows: Int
    /// The training and dev rows that spell special tokens.
    package let spelledSpecials: SpecialTokenCount
    /// What the user may not expect of the base, of what was done to it, or of the rows.
    package let messages: [String]
    /// The rows that the tuned model will have been trained on, those of the base included.
    let trainedRows: TrainedRows
    /// How many of the ``held`` rows the base was trained on; nil if it does not record them.
    let seenHeldRows: Int?
    /// SHA-256 of the base's weights, computed in the background because it takes a while.
    let baseDigest: Background<String>

    package init(base: String, _ data: TrainingData, _ options: TuningOptions) throws {
        try options.check()
        let (options, steppedHead) = try Self.withAffordableHead(options, data)
        let folder = try ModelFolder(base)
        if folder.weights.isQuantized { throw QuantizedWeights(folder: base) }
        if options.head != .reset { try folder.configuration.requireDistinctLabels() }
        baseDigest = Background { try digestOfWeights(folder) }
        let tokenizer = try loadTokenizer(folder: base, specialTokens: data.input.specialTokens ?? .text)
        let conflict = Background { vocabularyConflict(of: tokenizer, in: base) }
        (self.base, self.data, self.options) = (base, data, options)
        let head = try HeadPlan(folder, data.task, data.labels, counts: data.labelCounts, options.head, hasOldRows: data.old != nil)
        if head.keepsHead, options.minimized == .contrastive {
            throw OptionError("objective", needed: "classification where the base's own head is kept; reset the head for a new one")
        }
        try options.check(for: data.task)
        var (model, parting) = try Self.model(of: folder, data, options, keepsHead: head.keepsHead)
        predecessor = data.old == nil ? nil : model
        model = try model.grown(by: head.added)
        let scale = Self.scale(of: data)
        if let scale, head.keepsHead { model = model.standardized(scale) }
        self.head = head
        self.model = model
        self.scale = scale
        var weighted = options
        weighted.classWeights = try options.classWeights.resolved(model.labels)
        // With old rows, a head can be solved for all labels without forgetting the old ones.
        let stepsHead = head.keepsHead && data.old == nil
        recipes =
            options.isAutomatic
            ? Recipe.all(weighted, rows: data.rowCount, keepsHead: stepsHead)
            : [Recipe(fixed: weighted, keepsHead: stepsHead)]
        try checkVocabulary(of: tokenizer, for: model, in: base)
        if let bad = model.firstNonFinite(threads: options.threads) { throw NonFiniteWeights(folder: base, name: bad) }
        let limit = lengthLimit(of: model, tokenizer)
        if let asked = options.maxLength, asked > limit { throw LengthError(asked: asked, limit: limit, folder: base) }
        let length = options.maxLength ?? min(512, limit)
        if data.hasPairs, !tokenizer.takesPairs { throw NoPairs(folder: base) }
        let (encoder, encodedTrain, longMessage) = Self.encoded(data, tokenizer, maxLength: length, options)
        self.encoder = encoder
        var truncated = 0
        var specials = SpecialTokenCount(tokenizer)
        func rows(_ rows: TrainingData.Rows, _ encoded: [RowEncoder.Encoded]) -> LabelledRows {
            truncated += encoded.count { $0.truncated > 0 }
            for text in rows.texts { specials.add(text) }
            return LabelledRows(rows: encoded.map(\.row), targets: rows.targets.renumbered(head.order).standardized(scale))
        }
        train = rows(data.train, encodedTrain)
        dev = data.dev.map { rows($0, encoder.rows($0.texts, threads: options.threads)) }
        held = data.old.map { rows($0.held, encoder.rows($0.held.texts, threads: options.threads)) }.flatMap { $0.count > 0 ? $0 : nil }
        (truncatedRows, spelledSpecials) = (truncated, specials)
        let seen = try SeenRows(base: base, data)
        trainedRows = seen.all
        seenHeldRows = data.old.flatMap { seen.countInBase($0.held.texts) }
        messages =
            try folder.warnings + tokenizer.kind.warnings + head.messages
            + [conflict.value, parting, steppedHead, longMessage].compactMap { $0 }
            + seen.messages
    }

    /// The options with a stepped head, and a message, if solving one would take many minutes: if rows times labels exceed two million.
    private static func withAffordableHead(
        _ options: TuningOptions, _ data: TrainingData
    ) throws -> (TuningOptions, message: String?) {
        guard options.headFit == .solved, data.train.count * data.labels.count > 2_000_000 else { return (options, nil) }
        guard options.minimized != .contrastive else {
            throw OptionError("objective", needed: "classification for so many rows and labels")
        }
        var options = options
        options.headFit = .stepped
        return (
            options,
            "\(grouped(data.labels.count)) labels are too many to solve the head for \(grouped(data.train.count)) rows; it is trained in steps"
        )
    }

    /// The training rows and what encoded them and, if that was not asked for, a message about windows.
    private static func encoded(
        _ data: TrainingData, _ tokenizer: any Tokenizer, maxLength: Int, _ options: TuningOptions
    ) -> (RowEncoder, [RowEncoder.Encoded], message: String?) {
        let encoder = RowEncoder(tokenizer, maxLength: maxLength, long: options.long ?? .head)
        let rows = encoder.rows(data.train.texts, threads: options.threads)
        let long = rows.count { $0.truncated > 0 }
        guard options.long == nil, !data.hasPairs, 10 * long > rows.count else { return (encoder, rows, nil) }
        let windows = RowEncoder(tokenizer, maxLength: maxLength, long: .windows)
        return (
            windows, windows.rows(data.train.texts, threads: options.threads),
            "\(grouped(long)) of \(grouped(rows.count)) training texts have more than \(maxLength) tokens; long texts are read in windows"
        )
    }

    private static func scale(of data: TrainingData) -> OutputScale? {
        if case .numbers(let rows) = data.train.targets { OutputScale(rows) } else { nil }
    }

    /// The model to train and, if its layers shared weights and had to be untied, a message that says so.
    private static func model(
        of folder: ModelFolder, _ data: TrainingData, _ options: TuningOptions, keepsHead: Bool
    ) throws -> (Model, message: String?) {
        let isSentenceEncoder = folder.modules?.pooling?.isMean == true
        let takesMean =
            options.pooling == .mean || options.pooling == .automatic && (isSentenceEncoder || options.unfreezing == Unfreezing.none)
        // A solved head is on states of equal length, as in sentence-transformers' own encoders.
        let mean = options.headFit == .solved ? Pooling.unitMean : .mean
        var randomness = Randomness(seed: options.seed)
        let model = try folder.base(
            data.task, labels: data.labels, pooling: takesMean ? mean : nil, keepsHead: keepsHead, randomness: &randomness)
        let (epochs, blocks) = (options.epochCount(rows: data.train.count), model.encoder.blockCount)
        guard options.policy.partsBlocks(epochs: epochs, blocks: blocks), let untied = try model.untied() else { return (model, nil) }
        return (
            untied,
            "the base's layers share their weights; to train only the upper ones each layer gets a copy of its own, "
                + "and the saved model has \(grouped(untied.table.count)) parameters instead of \(grouped(model.table.count))"
        )
    }

    package var tokenizer: any Tokenizer { encoder.tokenizer }
    /// The number of tokens that a text, or a window of one, may have.
    package var maxLength: Int { encoder.maxLength }

    /// The number of the model's parameters.
    package var parameters: Int { model.table.count }

    /// What the trained model forgot, by the old rows that were held out; nil if there are none. With a frozen base both models' heads get
    /// the same states, which are computed once.
    func forgetting(_ model: Model, _ recipe: Recipe) throws -> Forgetting? {
        guard let predecessor, let held else { return nil }
        let threads = options.threads
        let isFrozen = recipe.options.policy == Unfreezing.none && recipe.options.minimized == .classification
        let cached =
            isFrozen
            ? try CachedActivations(
                held.rows, predecessor, below: .after(blocks: predecessor.encoder.blockCount), budget: recipe.options.budget,
                threads: threads)
            : nil
        func metrics(_ model: Model) -> Metrics? {
            guard case .labels(let metrics) = evaluated(model, held, cached, scale: nil, threads: threads) else { return nil }
            return metrics
        }
        guard let before = metrics(predecessor), let after = metrics(model) else { return nil }
        return Forgetting(before: before, after: after, seenBefore: seenHeldRows)
    }

    /// Trains all rows by a recipe.
    package func trainer(_ recipe: Recipe) -> Trainer { Trainer(recipe.options, train: train, dev: dev, scale: scale) }
}

extension Model {
    /// The same regression with standardized outputs.
    package func standardized(_ scale: OutputScale) -> Model {
        withOutputs(scaledBy: scale.deviations.map { 1 / $0 }, shiftedBy: zip(scale.means, scale.deviations).map { -$0 / $1 })
    }

    /// What ``standardized(_:)`` started from.
    package func restored(_ scale: OutputScale?) -> Model {
        scale.map { withOutputs(scaledBy: $0.deviations, shiftedBy: $0.means) } ?? self
    }
}

extension Targets {
    fileprivate func standardized(_ scale: OutputScale?) -> Targets {
        guard let scale, case .numbers(let rows) = self else { return self }
        return .numbers(rows.map(scale.standardized))
    }
}

extension ParameterTable {
    /// The total number of parameters.
    fileprivate var count: Int { entries.reduce(0) { $0 + $1.count } }
}
