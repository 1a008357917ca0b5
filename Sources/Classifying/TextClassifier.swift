import TenorLayers
import TenorModeling
import TenorReading

/// A loaded model folder: texts in, logits out.
package struct TextClassifier: Sendable {
    package let model: Model
    package let encoder: RowEncoder
    package let threads: Int
    /// The probability from which on each label is given, if a text may have any number of them.
    package let thresholds: Thresholds
    /// What tuning mapped its logits by; nil if its folder records nothing.
    package let calibration: Calibration?
    /// Whether it answers pairs of texts: if its tokenizer joins them and, of a folder that Tenor tuned, if it was tuned on pairs.
    package let takesPairs: Bool
    /// Whether its folder stores weights as int8.
    package let isKeptInBytes: Bool
    /// Messages about settings of its folder that are not read.
    package let warnings: [String]

    package var tokenizer: any Tokenizer { encoder.tokenizer }
    package var precision: Precision { model.products.precision }

    package init(
        model: Model, _ encoder: RowEncoder, threads: Int, thresholds: Thresholds? = nil, calibration: Calibration? = nil,
        takesPairs: Bool = false,
        isKeptInBytes: Bool = false,
        warnings: [String] = []
    ) {
        self.thresholds = thresholds ?? Thresholds(nil, labels: model.labels)
        self.calibration = calibration
        self.warnings = warnings
        self.takesPairs = takesPairs
        self.isKeptInBytes = isKeptInBytes
        self.model = model
        self.encoder = encoder
        self.threads = threads
    }

    /// Opens a folder that holds a classifier.
    ///
    /// - Parameters:
    ///   - maxLength: nil for the length that the folder was tuned with.
    ///   - specialTokens: how special tokens in texts are read; nil for the way of the tuning.
    ///   - precision: nil for int8 if the weights are stored as int8 and the processor has instructions for it, otherwise fp32.
    /// - Throws: also if a weight is not finite, except for weights of products and token embeddings: ``Answering`` gives NaN for texts
    ///   that use one of those.
    package init(
        folder: String, maxLength: Int? = nil, specialTokens: SpecialTokens? = nil, precision: Precision? = nil, threads: Int
    ) throws {
        let files = try ModelFolder(folder)
        let precision = precision ?? (files.weights.isQuantized && Precision.int8.isAvailable ? .int8 : .fp32)
        var model: Model
        do {
            model = try files.classifier()
        } catch let error as ModelError {
            guard try files.hasOwnHead() else { throw NoClassifier(folder: folder) }
            throw error
        }
        model.products = Products(precision)
        // The other weights are checked when they are used: for a short text it would take long to read all layers or token embeddings.
        if let bad = model.firstNonFinite(threads: threads, where: { !model.isLookedAtInUse($0) }) {
            throw NonFiniteWeights(folder: folder, name: bad)
        }
        let input = try TunedInput(folder: folder)
        let reading = specialTokens ?? input.specialTokens ?? .text
        let tokenizer = try loadTokenizer(folder: folder, specialTokens: reading)
        try checkVocabulary(of: tokenizer, for: model, in: folder)
        let limit = lengthLimit(of: model, tokenizer)
        let facts = try TunedFacts(folder: folder)
        let tuned = facts?.maxLength
        if let maxLength, maxLength > limit { throw LengthError(asked: maxLength, limit: limit, folder: folder) }
        self.init(
            model: model,
            RowEncoder(tokenizer, maxLength: maxLength ?? min(tuned ?? files.maxLength ?? 512, limit), long: facts?.long ?? .head),
            threads: threads,
            thresholds: Thresholds(facts?.json["thresholds"], labels: model.labels),
            calibration: facts.flatMap { Calibration($0.json, model.task, labels: model.labels) },
            takesPairs: tokenizer.takesPairs && (facts == nil || input.pairColumn != nil), isKeptInBytes: files.weights.isQuantized,
            warnings: files.warnings + tokenizer.kind.warnings)
    }

    /// The same classifier with the logits that it had before tuning calibrated them. The labels that it gives are the same.
    package var uncalibrated: TextClassifier {
        guard let inverse = calibration?.inverse else { return self }
        var model = model.calibrated(by: inverse)
        // Those of this model may have packed its weights.
        model.products = Products(precision)
        return TextClassifier(
            model: model, encoder, threads: threads, thresholds: thresholds.mapped(by: inverse), takesPairs: takesPairs,
            isKeptInBytes: isKeptInBytes, warnings: warnings)
    }

    /// Checks all weights, for callers that read most of them anyway or run for a long time: one error now is better than answers that are
    /// NaN.
    package func requireFiniteWeights(_ folder: String) throws(NonFiniteWeights) {
        if let bad = model.firstNonFinite(threads: threads) { throw NonFiniteWeights(folder: folder, name: bad) }
    }
}

/// The maximum number of tokens that the model and the tokenizer take.
package func lengthLimit(of model: Model, _ tokenizer: any Tokenizer) -> Int {
    min(model.encoder.longestSequence, tokenizer.maxLength ?? .max)
}

/// Rejects a tokenizer with tokens for which the model has no row: a text with such a token would crash the program.
package func checkVocabulary(of tokenizer: any Tokenizer, for model: Model, in folder: String) throws {
    let rows = model.table[model.encoder.tokenEmbeddings].rows
    if tokenizer.vocabularySize > rows {
        throw VocabularyMismatch(folder: folder, pieces: tokenizer.vocabularySize, rows: rows)
    }
}
