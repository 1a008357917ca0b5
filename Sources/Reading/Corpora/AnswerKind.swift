/// What the label columns of a corpus hold.
package enum AnswerKind: String, Sendable, CaseIterable {
    /// One label for each row.
    case single
    /// Any number of labels for each row: a list, a cell with a separator, or a column of 0 and 1 for each label.
    case multi
    /// A number for each label column.
    case regression
}
