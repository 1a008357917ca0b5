/// What the annotators of a text say together: the answer that more of them gave than any other.
///
/// An answer is a set of labels, or a rejection. Annotators who skipped the text, or have not submitted, do not count.
package enum Verdict: Equatable {
    case labels([String], isUnanimous: Bool)
    case leftOut(LeftOut)

    package init(_ annotations: [Annotation]) {
        if annotations.count == 1, case .labels(let labels) = annotations[0], !labels.isEmpty {
            self = .labels(labels, isUnanimous: true)
            return
        }
        var answers: [(votes: Int, given: Annotation)] = []
        var places: [Annotation: Int] = [:]
        for annotation in annotations where annotation.isVote {
            let place = places[annotation.inOrder, default: answers.count]
            places[annotation.inOrder] = place
            if place == answers.count { answers.append((0, annotation)) }
            answers[place].votes += 1
        }
        let most = answers.map(\.votes).max()
        let winners = answers.filter { $0.votes == most }
        if winners.count > 1 {
            self = .leftOut(.undecided)
        } else if case .labels(let labels)? = winners.first?.given {
            self = .labels(labels, isUnanimous: answers.count == 1)
        } else {
            self = .leftOut(annotations.lazy.compactMap(\.reason).first ?? .unlabelled)
        }
    }
}

extension Annotation {
    /// The same answer, whatever the order in which its labels were chosen.
    fileprivate var inOrder: Annotation {
        guard case .labels(let labels) = self, labels.count > 1 else { return self }
        return .labels(labels.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    /// Why there are no labels; nil if there are some or if an answer without labels was submitted.
    fileprivate var reason: LeftOut? { if case .none(let reason) = self { reason } else { nil } }
}
