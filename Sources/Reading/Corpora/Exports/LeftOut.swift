/// Why a record of a corpus is not a row.
package enum LeftOut: String, Sendable, CaseIterable {
    /// The annotator skipped the text.
    case cancelled
    case rejected
    case ignored
    case discarded
    /// The answer was saved but not submitted.
    case draft
    case unlabelled
    /// Its annotators disagree, and no answer has most votes.
    case undecided
    /// Another annotation of a text; it counts in the decision about the first.
    case repeated
    /// Skipped as a bad row.
    case invalid
}

extension LeftOut: CustomStringConvertible {
    /// The end of a phrase that begins with the number of records.
    package var description: String {
        switch self {
        case .cancelled: "skipped by the annotator"
        case .rejected: "rejected"
        case .ignored: "ignored"
        case .discarded: "discarded"
        case .draft: "not submitted"
        case .unlabelled: "without a label"
        case .undecided: "undecided between annotators"
        case .repeated: "further annotations of the same texts"
        case .invalid: "invalid"
        }
    }
}
