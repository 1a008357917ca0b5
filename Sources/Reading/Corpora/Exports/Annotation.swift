/// What one annotator said about a text. The rows of a table have one annotation each.
package enum Annotation: Hashable, Sendable {
    /// The chosen labels, each once. There are none if an answer without labels was submitted.
    case labels([String])
    /// Nothing that makes a row.
    case none(LeftOut)

    /// Whether it counts where annotators disagree. A rejection does: it says that the proposed label is wrong.
    var isVote: Bool {
        switch self {
        case .labels(let labels): !labels.isEmpty
        case .none(let reason): reason == .rejected
        }
    }
}
