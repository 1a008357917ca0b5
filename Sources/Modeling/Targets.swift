/// The targets of rows, in the form that a ``Task`` needs.
package enum Targets: Hashable, Sendable {
    /// For each row the index of its label.
    case labels([Int])

    package var count: Int {
        switch self {
        case .labels(let labels): labels.count
        }
    }

    /// The index of each row's label.
    package var labels: [Int] {
        switch self {
        case .labels(let labels): labels
        }
    }

    /// The targets of some rows, in the order of `rows`.
    package subscript(rows: some Sequence<Int>) -> Targets {
        switch self {
        case .labels(let labels): .labels(rows.map { labels[$0] })
        }
    }
}
