/// The parameters that training changes: a set of slots of one table.
package struct Trainable: Hashable, Sendable {
    private let isTrainable: [Bool]

    /// The slots whose entries are `isIncluded`.
    package init(_ table: ParameterTable, where isIncluded: (ParameterTable.Entry) -> Bool) {
        isTrainable = table.entries.map(isIncluded)
    }

    package func contains(_ slot: Slot) -> Bool { isTrainable[slot.index] }

    /// Its slots, in the table's order.
    package var slots: [Slot] { isTrainable.indices.filter { isTrainable[$0] }.map(Slot.init) }

    /// How many numbers its parameters have.
    package func count(in table: ParameterTable) -> Int { slots.reduce(0) { $0 + table[$1].count } }
}
