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
    /// The number of tokens that texts are truncated to.
    package let maxLength: Int
    package let model: Model
    package let tokenizer: any Tokenizer
    /// Whether training continues with the base's own head, rather than a new one.
    package let keepsHead: Bool
    package let trainer: Trainer
    /// The number of training and dev rows that were truncated to ``maxLength``.
    package let truncatedRows: Int
    /// What the user may not expect of the base, or of what was done to it.
    package let messages: [String]
    /// SHA-256 of the base's weights, computed in the background because it takes a while.
    let baseDigest: Background<String>

    package init(base: String, _ data: TrainingData, _ options: TuningOptions) throws {
        try options.check()
        let folder = try ModelFolder(base)
        if folder.weights.isQuantized { throw QuantizedWeights(folder: base) }
        baseDigest = Background { try digestOfWeights(folder) }
        let tokenizer = try loadTokenizer(folder: base)
        let conflict = Background { vocabularyConflict(of: tokenizer, in: base) }
        (self.base, self.data, self.options, self.tokenizer) = (base, data, options, tokenizer)
        keepsHead = try Self.keepsHead(of: folder, base, data.labels, options.head)
        let (model, parting) = try Self.model(of: folder, data.labels, options, keepsHead: keepsHead)
        self.model = model
        try checkVocabulary(of: tokenizer, for: model, in: base)
        if let bad = model.firstNonFinite(threads: options.threads) { throw NonFiniteWeights(folder: base, name: bad) }
        let limit = lengthLimit(of: model, tokenizer)
        if let asked = options.maxLength, asked > limit { throw LengthError(asked: asked, limit: limit, folder: base) }
        let length = options.maxLength ?? min(512, limit)
        // A head that is kept may have its labels in a different order than the corpus.
        let order = Self.order(of: data.labels, in: model.labels)
        var truncated = 0
        func rows(_ rows: TrainingData.Rows) -> LabelledRows {
            let encoded = modelRows(rows.texts, tokenizer, maxLength: length, threads: options.threads)
            truncated += encoded.truncated.count { $0 > 0 }
            return LabelledRows(ids: encoded.ids, targets: .labels(rows.labels.map { order[$0] }))
        }
        let train = rows(data.train)
        trainer = Trainer(options, train: train, dev: data.dev.map(rows))
        (maxLength, truncatedRows) = (length, truncated)
        messages = try [conflict.value, parting].compactMap { $0 }
    }

    private static func keepsHead(
        of folder: ModelFolder, _ base: String, _ labels: [String], _ choice: TuningOptions.HeadChoice
    ) throws -> Bool {
        let hasHead = try folder.hasHead(for: labels)
        if choice == .keep, !hasHead { throw HeadMismatch(folder: base, own: try folder.configuration.labels ?? [], corpus: labels) }
        return hasHead && choice != .reset
    }

    /// The model to train and, if its layers shared weights and had to be untied, a message that says so.
    private static func model(
        of folder: ModelFolder, _ labels: [String], _ options: TuningOptions, keepsHead: Bool
    ) throws -> (Model, message: String?) {
        let automatic = options.pooling == .automatic && folder.modules?.pooling == .mean && options.unfreezing == .none
        var randomness = Randomness(seed: options.seed)
        let model = try folder.base(
            labels: labels, pooling: options.pooling == .mean || automatic ? .mean : nil, keepsHead: keepsHead, randomness: &randomness)
        guard options.unfreezing.partsBlocks(epochs: options.epochCount, blocks: model.encoder.blockCount), let untied = try model.untied()
        else { return (model, nil) }
        return (
            untied,
            "the base's layers share their weights; to train only the upper ones each layer gets a copy of its own, "
                + "and the saved model has \(grouped(untied.table.count)) parameters instead of \(grouped(model.table.count))"
        )
    }

    /// The index in the model of each of the corpus's labels. Both have the same labels, compared by their bytes.
    private static func order(of labels: [String], in own: [String]) -> [Int] {
        let places = Dictionary(uniqueKeysWithValues: own.enumerated().map { (Array($1.utf8), $0) })
        return labels.map { places[Array($0.utf8)]! }
    }

    /// The number of the model's parameters.
    package var parameters: Int { model.table.count }

    /// The number of parameters that are trained in an epoch, counted from 0.
    package func trainedParameters(epoch: Int) -> Int {
        let boundary = options.unfreezing.boundary(epoch: epoch, of: options.epochCount, blocks: model.encoder.blockCount)
        return Trainable(model.table, above: boundary).count(in: model.table)
    }
}

extension ParameterTable {
    /// The total number of parameters.
    fileprivate var count: Int { entries.reduce(0) { $0 + $1.count } }
}
