import TenorReading

/// A text that is worth labelling, and what the model would say of it.
package struct Suggestion: Sendable {
    package let text: InputText
    package let source: String
    package let line: Int
    /// The most probable label and its probability; nil without a classifier.
    package let answer: (label: String, probability: Double)?
    /// How far the model is from another answer, from 0 to 1: the probabilities of the two best labels apart or, of any number of labels, the least
    /// distance from a threshold. Nil without a classifier and in a regression.
    package let margin: Double?
}
