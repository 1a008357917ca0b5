import TenorModeling

/// Rows as the model takes them: tokens and targets.
package struct LabelledRows: Sendable {
    package let rows: [TokenRow]
    package let targets: Targets

    package init(rows: [TokenRow], targets: Targets) {
        precondition(rows.count == targets.count)
        self.rows = rows
        self.targets = targets
    }

    package var count: Int { rows.count }

    /// Some of the rows, in the order of `places`.
    subscript(places: [Int]) -> LabelledRows { LabelledRows(rows: places.map { rows[$0] }, targets: targets[places]) }
}
