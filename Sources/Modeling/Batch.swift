import TenorLayers

/// Rows of a training batch: their ids and right answers and, where a part of the model is frozen, what that part made of them.
package struct Batch: Sendable {
    package let rows: [[Int32]]
    package let targets: Targets
    package let below: Below

    package enum Below: Sendable {
        /// Nothing is frozen.
        case nothing
        /// The states at the frozen boundary of each row, [tokens, width].
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
