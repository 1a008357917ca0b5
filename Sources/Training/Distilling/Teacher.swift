import TenorClassifying
import TenorFiles
import TenorLayers
import TenorModeling
import TenorReading

/// A model that a student learns from, and what it gives for a text.
struct Teacher: Sendable {
    /// What is taken from a teacher.
    enum Output: Sendable { case logits, states }

    let folder: String
    let model: Model
    let encoder: RowEncoder
    let outputs: [Output]
    /// The pooling with which the model was made; nil if its head is its family's own.
    let pooling: Pooling?
    /// Identifies what its outputs depend on.
    let digest: String

    /// A classifier.
    ///
    /// - Parameter givesStates: whether its pooled states are taken too.
    /// - Throws: what ``TextClassifier`` throws; ``OptionError`` if it gives numbers.
    init(classifier folder: String, givesStates: Bool, _ options: DistillingOptions) throws {
        let classifier = try TextClassifier(folder: folder, threads: options.threads)
        try classifier.requireFiniteWeights(folder)
        guard classifier.model.task != .regression else {
            throw OptionError("teacher", needed: "a classifier, and \(folder) gives numbers")
        }
        try classifier.model.configuration.requireDistinctLabels()
        let head = classifier.model.head
        try self.init(
            folder, classifier.model, classifier.encoder, givesStates ? [.logits, .states] : [.logits],
            pooling: head.isSentenceHead ? head.pooling : nil, options)
    }

    /// An encoder, whose head, if it has one, does not count. A sentence encoder pools as its folder says, and any other by the mean.
    init(encoder folder: String, _ options: DistillingOptions) throws {
        let files = try ModelFolder(folder)
        let pooling = files.modules?.pooling ?? .mean
        let model = try files.encoder(pooling: pooling)
        if let bad = model.firstNonFinite(threads: options.threads) { throw NonFiniteWeights(folder: folder, name: bad) }
        let tokenizer = try loadTokenizer(folder: folder, specialTokens: TunedInput(folder: folder).specialTokens ?? .text)
        try checkVocabulary(of: tokenizer, for: model, in: folder)
        let facts = try TunedFacts(folder: folder)
        let maxLength = min(facts?.maxLength ?? 512, lengthLimit(of: model, tokenizer))
        try self.init(
            folder, model, RowEncoder(tokenizer, maxLength: maxLength, long: facts?.long ?? .head), [.states], pooling: pooling, options)
    }

    private init(
        _ folder: String, _ model: Model, _ encoder: RowEncoder, _ outputs: [Output], pooling: Pooling?, _ options: DistillingOptions
    ) throws {
        let place = ModelPlace(folder).encoder
        let facts = [
            try digestOfWeights(try ModelFolder(folder)),
            try TenorFiles.digest(ofFiles: ["config.json"] + encoder.tokenizer.files, in: place),
            model.head.pooling.rawValue, String(encoder.maxLength), encoder.long.rawValue, options.precision.rawValue,
        ]
        var model = model
        if !(model.products.precision == .int8) { model.products = Products(options.precision) }
        (self.folder, self.model, self.encoder) = (folder, model, encoder)
        (self.outputs, self.pooling) = (outputs, pooling)
        digest = SHA256.hexadecimal(of: Array(facts.joined(separator: "\n").utf8))
    }

    /// The numbers that each output has for a text.
    var widths: [Int] { outputs.map { $0 == .logits ? model.labels.count : model.encoder.width } }

    /// For each output [texts, width].
    ///
    /// - Throws: ``UnusableTeacher`` if a number is not finite.
    func answers(_ texts: [InputText], threads: Int) throws -> [Matrix] {
        let rows = encoder.rows(texts, threads: threads).map(\.row)
        let states = model.pooled(rows, threads: threads)
        let answers = outputs.map { output -> Matrix in
            guard output == .logits else { return states }
            let pooled = rows.indices.map { states.view[$0..<$0 + 1] }
            return model.logits(rows, from: .pooled(pooled), above: .after(blocks: model.encoder.blockCount), threads: threads)
        }
        guard answers.allSatisfy({ $0.view.isFinite }) else {
            throw UnusableTeacher(folder: folder)
        }
        return answers
    }
}

extension ModelFolder {
    /// The encoder alone. The model's head is a placeholder.
    package func encoder(pooling: Pooling) throws -> Model {
        if weights.isQuantized { throw QuantizedWeights(folder: path) }
        var randomness = Randomness(seed: 0)
        return try base(labels: ["LABEL_0", "LABEL_1"], pooling: pooling, keepsHead: false, randomness: &randomness)
    }
}
