/// A wrong answer to a row.
package struct WrongAnswer: Sendable, Equatable {
    package let text: String
    package let truth: Int
    package let answer: Int
    /// The probability of the answer.
    package let probability: Double
    /// The probability of the true label.
    package let truthProbability: Double
    /// The number of the record in the file, from 1.
    package let record: Int

    package init(text: String, truth: Int, answer: Int, probability: Double, truthProbability: Double, record: Int) {
        (self.text, self.truth, self.answer) = (text, truth, answer)
        (self.probability, self.truthProbability, self.record) = (probability, truthProbability, record)
    }
}
