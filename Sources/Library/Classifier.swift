import TenorClassifying
import TenorLayers
import TenorMeasuring
import TenorModeling
import TenorReading
import TenorTraining

/// A text classifier, loaded from a model folder.
///
/// ```swift
/// let classifier = try Classifier(folder: "my-model")
/// let answer = classifier.classify("What a lovely evening.")
/// print(answer.label, answer.probability)   // positive 0.97
/// ```
///
/// Load a classifier once and keep it. It is immutable, and any number of threads may use it at once. Its weights are memory-mapped, so
/// copies of the value and other processes that load the same folder share them. While a classifier is in use, do not write into the files
/// of its folder: replace the whole folder, as ``Tuner`` does.
///
/// A call runs on the calling thread and, if there is enough work, on up to `threads` - 1 others. Use `threads: 1` in a server that handles
/// many requests at a time, and the default for a long list of texts.
public struct Classifier: Sendable {
    /// What a classifier says of a text.
    public enum Kind: Sendable, Hashable {
        /// One of its labels.
        case oneLabel
        /// Any number of its labels, each with a probability of its own.
        case severalLabels
        /// A number for each of its labels, which are the names of the numbers.
        case numbers
    }

    private let classifier: TextClassifier
    private let folder: String

    /// Loads a folder that ``Tuner`` or `tenor tune` wrote, or any Hugging Face model folder of a supported family with a classification
    /// head.
    ///
    /// - Parameters:
    ///   - folder: the path of the folder.
    ///   - maxLength: the number of tokens, special tokens included, that texts are truncated to. By default the length used in tuning or,
    ///     if the folder states none, 512; never more than the model takes.
    ///   - specialTokens: how special tokens of the model are read where a text spells them. By default as in tuning or, if the folder does
    ///     not say how, as text.
    ///   - precision: the number format of the matrix products. By default int8 for a folder that `tenor quantize` wrote, if the processor
    ///     has instructions for it, otherwise fp32.
    ///   - threads: the number of threads for one call, from 1 to 1024. By default the number of processors available to this process.
    /// - Throws: ``TenorError`` if the folder or a file in it is missing, damaged or of an unsupported kind; if it holds no classifier, or
    ///   weights that are not finite; if `maxLength` or `threads` is out of range; or if the processor has no instructions for `precision`.
    public init(
        folder: String, maxLength: Int? = nil, specialTokens: SpecialTokens? = nil, precision: Precision? = nil, threads: Int? = nil
    ) throws(TenorError) {
        try precision?.checkAvailable()
        try check(maxLength.map { $0 >= 3 } ?? true, "maxLength", "at least 3, for there are special tokens")
        try check((1...mostThreads).contains(threads ?? 1), "threads", "from 1 to \(mostThreads)")
        classifier = try wrapped {
            let classifier = try TextClassifier(
                folder: folder, maxLength: maxLength, specialTokens: specialTokens?.inReading, precision: precision?.inLayers,
                threads: threads ?? processorCount())
            try classifier.requireFiniteWeights(folder)
            return classifier
        }
        self.folder = folder
    }

    /// What the classifier says of a text: set in tuning by the label column.
    public var kind: Kind {
        switch classifier.model.task {
        case .singleLabel: .oneLabel
        case .multiLabel: .severalLabels
        case .regression: .numbers
        }
    }

    /// The labels, in the order of ``Prediction/logits``.
    public var labels: [String] { classifier.model.labels }

    /// The number of tokens, special tokens included, that texts are truncated to.
    public var maxLength: Int { classifier.encoder.maxLength }

    /// Classifies one text. Every text gets an answer, even an empty one.
    public func classify(_ text: String) -> Prediction { classify([text])[0] }

    /// Classifies texts and returns the predictions in the same order.
    ///
    /// This is faster than one call per text, because texts share matrix products and threads. A text's logits may differ by up to 1e-5
    /// depending on the other texts in the list. The same list gives the same bits on any number of threads.
    public func classify(_ texts: [String]) -> [Prediction] { predictions(texts.lazy.map { InputText($0) }) }

    /// Classifies a pair of texts, such as a question and an answer.
    ///
    /// - Throws: ``TenorError`` if the model's tokenizer does not join two texts.
    public func classify(_ first: String, _ second: String) throws(TenorError) -> Prediction { try classify(pairs: [(first, second)])[0] }

    /// Classifies pairs of texts and returns the predictions in the same order. See ``classify(_:)-([String])``.
    ///
    /// - Throws: ``TenorError`` if the model's tokenizer does not join two texts.
    public func classify(pairs: [(String, String)]) throws(TenorError) -> [Prediction] {
        try wrapped { try classifier.requirePairs(folder) }
        return predictions(pairs.lazy.map { InputText($0.0, $0.1) })
    }

    private func predictions(_ texts: some Collection<InputText>) -> [Prediction] {
        var predictions: [Prediction] = []
        predictions.reserveCapacity(texts.count)
        classifier.answer(texts) { predictions.append(Prediction(classifier, $0)) }
        return predictions
    }

    /// Measures the classifier on texts whose labels are known. Use rows that were not used in tuning.
    ///
    /// - Throws: ``TenorError`` if ``kind`` is not ``Kind/oneLabel``; if there are no rows; if a row has a label that is not one of
    ///   ``labels``, or is a pair that the model's tokenizer does not join; or if two of ``labels`` are equal.
    public func evaluate(_ rows: [LabelledText]) throws(TenorError) -> Scores {
        guard !rows.isEmpty else { throw TenorError(.badData, "evaluate: there are no rows, at least one is needed") }
        guard kind == .oneLabel else {
            throw TenorError(
                .badRequest,
                "\(folder): is a model for \(classifier.model.task.name), this needs one label for each text; use `tenor evaluate`")
        }
        try wrapped {
            try classifier.model.configuration.requireDistinctLabels()
            if rows.contains(where: { $0.second != nil }) { try classifier.requirePairs(folder) }
        }
        let indices = try indices(of: rows, among: labels)
        guard case .labels(let metrics) = classifier.evaluate(rows.map(\.input), .labels(indices), { _ in }) else {
            preconditionFailure("results of another task")
        }
        return Scores(metrics)
    }
}
