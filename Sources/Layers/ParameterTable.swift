/// The parameters of a network: for each its name and shape in the weight file, its initialization, whether weight decay applies, and its
/// depth. Loading, saving, optimizer steps, clipping and counting all use this table.
package struct ParameterTable: Sendable {
    package struct Entry: Sendable {
        package let name: String
        /// As in the file. In memory the first axis becomes the rows and all others are flattened into the columns; a vector is one row.
        package fileprivate(set) var shape: [Int]
        package let initial: Initial
        /// Whether weight decay applies: to matrices, never to biases or norms.
        package let decays: Bool
        /// For the weight of a linear layer, which may be stored as int8: the axis in memory that corresponds to the outputs. Nil for all
        /// others.
        package let outputs: Axis?
        /// For an embedding table: the row that gets no gradient, or nil.
        package fileprivate(set) var paddingRow: Int?
        /// 0 below all blocks, i + 1 in block i, ``headDepth`` above all blocks; ``carriedDepth`` for parameters that the network does not
        /// use and only copies from file to file.
        package let depth: Int

        package var rows: Int { shape.count == 1 ? 1 : shape[0] }
        package var columns: Int { shape.count == 1 ? shape[0] : shape.dropFirst().reduce(1, *) }
        package var count: Int { rows * columns }
    }

    package enum Axis: Sendable { case rows, columns }

    package enum Initial: Sendable { case normal, zeros, ones }

    package static let headDepth = Int.max
    package static let carriedDepth = -1

    package private(set) var entries: [Entry] = []
    /// The depth of the parameters declared next.
    package var depth = 0
    private var sites: UInt32 = 0

    package init() {}

    package mutating func matrix(_ name: String, _ shape: [Int], outputs: Axis? = nil, paddingRow: Int? = nil) -> Slot {
        let slot = declare(name, shape, .normal, decays: true, outputs: outputs)
        entries[slot.index].paddingRow = paddingRow
        return slot
    }

    package mutating func vector(_ name: String, _ count: Int, _ initial: Initial) -> Slot {
        declare(name, [count], initial, decays: false)
    }

    /// Changes the number of rows of an embedding table.
    package mutating func resize(_ slot: Slot, rows: Int, paddingRow: Int?) {
        entries[slot.index].shape[0] = rows
        entries[slot.index].paddingRow = paddingRow
    }

    /// A unique number for each place where dropout applies.
    package mutating func dropoutSite() -> UInt32 {
        sites += 1
        return sites
    }

    package subscript(slot: Slot) -> Entry { entries[slot.index] }

    package var slots: [Slot] { entries.indices.map(Slot.init) }

    package mutating func declare(_ name: String, _ shape: [Int], _ initial: Initial, decays: Bool, outputs: Axis? = nil) -> Slot {
        entries.append(Entry(name: name, shape: shape, initial: initial, decays: decays, outputs: outputs, depth: depth))
        return Slot(entries.count - 1)
    }
}
