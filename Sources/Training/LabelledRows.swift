import TenorModeling

/// Rows as the model takes them: token ids and targets.
package struct LabelledRows: Sendable {
    package let ids: [[Int32]]
    package let targets: Targets

    package init(ids: [[Int32]], targets: Targets) {
        precondition(ids.count == targets.count)
        self.ids = ids
        self.targets = targets
    }

    package var count: Int { ids.count }

    /// Some of the rows, in the order of `rows`.
    subscript(rows: [Int]) -> LabelledRows { LabelledRows(ids: rows.map { ids[$0] }, targets: targets[rows]) }
}
