import TenorClassifying
import TenorMeasuring

/// A ``Classifier``'s answer for one text.
public struct Prediction: Sendable, Hashable {
    /// A label and its probability.
    public struct Choice: Sendable, Hashable {
        public let label: String
        /// From 0 to 1.
        public let probability: Double
    }

    /// All labels, most probable first; empty if the model predicts numbers.
    public let choices: [Choice]

    /// The labels that the text gets: the most probable one or, if a text may have several, those that reach the thresholds that tuning
    /// chose, which may be none.
    public let labels: [String]

    /// If the model predicts numbers, one for each of ``Classifier/labels``, in the same order and in the units of the tuning rows; otherwise
    /// empty.
    public let numbers: [Double]

    /// The model's outputs, one for each of ``Classifier/labels``, in the same order. If z are the logits, the probability of label i is
    /// exp(zᵢ) / Σⱼ exp(zⱼ) or, if a text may have several labels, 1 / (1 + exp(-zᵢ)).
    public let logits: [Float]

    /// The number of tokens that were dropped because the text was too long; 0 if it was read in full.
    public let truncatedTokens: Int

    /// The most probable label; empty if the model predicts numbers.
    public var label: String { choices.first?.label ?? "" }

    /// The probability of ``label``; NaN if the model predicts numbers. How reliable it is depends on the model's calibration: see
    /// ``Scores/calibrationError``.
    public var probability: Double { choices.first?.probability ?? .nan }

    /// The probability of a label; nil if the classifier does not have that label.
    public subscript(label: String) -> Double? { choices.first { $0.label == label }?.probability }

    init(_ classifier: TextClassifier, _ answer: Answer) {
        let (names, values) = (classifier.model.labels, answer.values)
        let isRegression = classifier.model.task == .regression
        choices = isRegression ? [] : ranking(values).map { Choice(label: names[$0], probability: values[$0]) }
        labels = classifier.given(values).map { names[$0] }
        numbers = isRegression ? values : []
        logits = answer.logits
        truncatedTokens = answer.truncated
    }
}
