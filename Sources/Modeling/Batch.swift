import TenorLayers

/// Rows of a training batch: their tokens, their targets and, if part of the model is frozen, that part's cached output.
package struct Batch: Sendable {
    package let rows: [TokenRow]
    package let targets: Targets
    package let below: Below

    package enum Below: Sendable {
        /// Nothing is frozen.
        case nothing
        /// The states of each row at the frozen boundary, [tokens, width].
        case states([Rows])
        /// The pooled state of each row, [1, width]: only the head is trained.
        case pooled([Rows])
    }

    package init(rows: [TokenRow], targets: Targets, below: Below = .nothing) {
        self.rows = rows
        self.targets = targets
        self.below = below
    }
}

extension Batch.Below {
    /// The output for each window of `rows`. Pooled states are of whole rows, so they cannot be parted.
    func windows(of rows: [TokenRow]) -> Batch.Below {
        switch self {
        case .nothing: .nothing
        case .states(let states): .states(zip(rows, states).flatMap { row, states in row.windowRanges.map { states[$0] } })
        case .pooled: preconditionFailure("the rows are pooled")
        }
    }

    var isPooled: Bool { if case .pooled = self { true } else { false } }
}
