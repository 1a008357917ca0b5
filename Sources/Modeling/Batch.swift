import TenorLayers

/// Rows of a training batch: their token ids, their targets and, if part of the model is frozen, that part's cached output.
package struct Batch: Sendable {
    package let rows: [[Int32]]
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

    package init(rows: [[Int32]], targets: Targets, below: Below = .nothing) {
        self.rows = rows
        self.targets = targets
        self.below = below
    }
}
