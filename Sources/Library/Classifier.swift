import TenorClassifying
import TenorLayers
import TenorMeasuring
import TenorTraining

/// A tuned classifier, loaded from its folder and ready to answer.
///
/// ```swift
/// let classifier = try Classifier(folder: "my-model")
/// let answer = classifier.classify("What a lovely evening.")
/// print(answer.label, answer.probability)   // positive 0.97
/// ```
///
/// Load one and keep it: a value never changes, and any number of threads may ask it at once. The folder's weights are mapped from the
/// file, so copies of the value, and other processes with the same folder, share them. While it is in use, replace the folder (as ``Tuner``
/// does) rather than writing into its files.
///
/// The work is done on the calling thread, and on `threads` - 1 others where there is enough of it. For a server that answers many
/// requests at a time `threads: 1` is best; for a long list of texts the default is.
public struct Classifier: Sendable {
    private let classifier: TextClassifier

    /// Loads a folder that ``Tuner`` or `tenor tune` wrote, or any Hugging Face model folder of a known family with a classification head.
    ///
    /// - Parameters:
    ///   - folder: the path of the folder.
    ///   - maxLength: the tokens that a text is cut to, special ones included. By default the length it was tuned with.
    ///   - precision: the numbers to compute with. By default int8 for a folder that `tenor quantize` wrote, where the processor can, else fp32.
    ///   - threads: threads to use for one call, at least 1. By default all processors that this process may use.
    /// - Throws: ``TenorError``: that the folder or a file in it is missing, damaged or of a kind that is not known; that it holds no
    ///   classifier, or numbers that are not finite; that `maxLength` is more than the model takes; that the processor
    ///   has no instructions for `precision`.
    public init(
        folder: String, maxLength: Int? = nil, precision: Precision? = nil, threads: Int? = nil
    ) throws(TenorError) {
        try precision?.checkAvailable()
        try check(maxLength.map { $0 >= 3 } ?? true, "maxLength", "at least 3, for there are special tokens")
        try check((1...mostThreads).contains(threads ?? 1), "threads", "from 1 to \(mostThreads)")
        classifier = try wrapped {
            let classifier = try TextClassifier(
                folder: folder, maxLength: maxLength, precision: precision?.inLayers, threads: threads ?? processorCount())
            try classifier.requireFiniteWeights(folder)
            return classifier
        }
    }

    /// The labels, in the order of ``Prediction/logits``.
    public var labels: [String] { classifier.model.labels }

    /// The tokens that a text is cut to, special ones included.
    public var maxLength: Int { classifier.maxLength }

    /// The answer for one text. Any text has one, an empty text too.
    public func classify(_ text: String) -> Prediction { classify([text])[0] }

    /// The answers for texts, in their order.
    ///
    /// This is faster than one call a text, because texts share products and threads. A text's logits may differ by up to 1e-5 with the
    /// texts beside it; the same list gives the same bits, on any number of threads.
    public func classify(_ texts: [String]) -> [Prediction] {
        var predictions: [Prediction] = []
        predictions.reserveCapacity(texts.count)
        classifier.answer(texts) { predictions.append(Prediction(labels, $0)) }
        return predictions
    }

    /// How well the classifier does on texts whose labels are known. They should have had no part in tuning.
    ///
    /// - Throws: ``TenorError``: that there are no rows, or that one has a label which is none of ``labels``.
    public func evaluate(_ rows: [LabelledText]) throws(TenorError) -> Scores {
        guard !rows.isEmpty else { throw TenorError(.badData, "evaluate: there are no rows, at least one is needed") }
        try wrapped { try classifier.model.configuration.requireDistinctLabels() }
        let indices = try indices(of: rows, among: labels)
        return Scores(classifier.evaluate(rows.map(\.text), labels: indices) { _ in })
    }
}

/// What a ``Classifier`` makes of one text.
public struct Prediction: Sendable, Hashable {
    /// A label and how probable it is.
    public struct Choice: Sendable, Hashable {
        public let label: String
        /// From 0 to 1.
        public let probability: Double
    }

    /// All labels, the most probable first.
    public let choices: [Choice]

    /// What the model gives, a number for each of ``Classifier/labels`` in their order. With z for the logits, the probability of label i is
    /// exp(zᵢ) / Σⱼ exp(zⱼ).
    public let logits: [Float]

    /// How many of the text's pieces did not fit and were not seen; 0 where it was read whole.
    public let truncatedTokens: Int

    /// The most probable label.
    public var label: String { choices[0].label }

    /// The probability of ``label``. It is as good as the model is calibrated: ``Scores/calibrationError`` says how good that is.
    public var probability: Double { choices[0].probability }

    /// The probability of a label, nil where the classifier does not know it.
    public subscript(label: String) -> Double? { choices.first { $0.label == label }?.probability }

    init(_ labels: [String], _ answer: Answer) {
        let probabilities = answer.probabilities
        choices = ranking(probabilities).map { Choice(label: labels[$0], probability: probabilities[$0]) }
        logits = answer.logits
        truncatedTokens = answer.truncated
    }
}
