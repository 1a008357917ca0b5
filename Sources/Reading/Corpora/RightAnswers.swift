/// What is right for each row of a corpus.
package enum RightAnswers: Sendable, Equatable {
    /// The index of the row's label.
    case labels([Int])
    /// The indices of the row's labels, in ascending order.
    case sets([[Int]])
    /// A number for each label column.
    case numbers([[Double]])

    package var count: Int {
        switch self {
        case .labels(let labels): labels.count
        case .sets(let sets): sets.count
        case .numbers(let numbers): numbers.count
        }
    }

    /// The index of each row's label; empty if rows may have any number of them, or numbers.
    package var labels: [Int] { if case .labels(let labels) = self { labels } else { [] } }
}
