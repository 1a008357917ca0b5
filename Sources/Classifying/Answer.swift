import TenorModeling

/// A classifier's answer for a text.
package struct Answer: Sendable, Equatable {
    private let task: Task
    /// One for each output of the head.
    package let logits: [Float]
    /// The number of the text's tokens that were truncated.
    package let truncated: Int

    package init(_ task: Task, logits: [Float], truncated: Int) { (self.task, self.logits, self.truncated) = (task, logits, truncated) }

    /// The probability of each label or, in a regression, the numbers.
    package var values: [Double] { task.answers(logits) }
}
