import TenorReading

/// The rows of a corpus that were looked at for wrong labels, and those whose labels are probably wrong.
package struct LabelErrors: Sendable {
    /// Each row's place in the corpus.
    package let rows: [Int]
    /// Each row's given label, and its probabilities of all labels by a head that was not fitted to it.
    package let labels: [Int]
    package let probabilities: [[Double]]
    /// The least probable given label first.
    package let issues: [LabelIssue]
    /// The text of each issue.
    package let texts: [InputText]
    /// The number of rows that could have been looked at.
    package let candidates: Int
    /// How many of the rows the model was trained on.
    package let seen: Int
}
