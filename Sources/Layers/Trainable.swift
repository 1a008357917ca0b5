/// The parameters that training changes: a set of slots of one table.
package struct Trainable: Hashable, Sendable {
    private let isTrainable: [Bool]
    /// For each slot, the row that gets no gradient.
    private let paddingRows: [Int?]

    /// The slots whose entries satisfy `isIncluded`.
    package init(_ table: ParameterTable, where isIncluded: (ParameterTable.Entry) -> Bool) {
        isTrainable = table.entries.map(isIncluded)
        paddingRows = table.entries.map(\.paddingRow)
    }

    package func contains(_ slot: Slot) -> Bool { isTrainable[slot.index] }

    /// The row of an embedding table that gets no gradient, or nil.
    func paddingRow(of slot: Slot) -> Int? { paddingRows[slot.index] }

    /// Its slots, in the table's order.
    package var slots: [Slot] { isTrainable.indices.filter { isTrainable[$0] }.map(Slot.init) }

    /// The total number of elements in these parameters.
    package func count(in table: ParameterTable) -> Int { slots.reduce(0) { $0 + table[$1].count } }
}
