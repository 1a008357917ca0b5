import TenorThreads

/// An index into a network's parameter list. Layers hold slots; the numbers are in ``Parameters``.
package struct Slot: Hashable, Sendable {
    package let index: Int

    package init(_ index: Int) { self.index = index }
}

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

/// The numbers of a network, in its table's order: weights, gradients, or an optimizer's moments.
package struct Parameters: Sendable {
    package var matrices: [Matrix]

    package init(_ matrices: [Matrix]) { self.matrices = matrices }

    /// Zeros for the trainable slots, empty matrices for the others.
    package init(zerosFor table: ParameterTable, _ trainable: Trainable) {
        matrices = table.slots.map { slot in
            trainable.contains(slot) ? Matrix(rows: table[slot].rows, columns: table[slot].columns) : Matrix(rows: 0, columns: 0)
        }
    }

    package subscript(slot: Slot) -> Matrix {
        get { matrices[slot.index] }
        _modify { yield &matrices[slot.index] }
    }

    /// Makes sure that each of these matrices owns its memory.
    mutating func makeWritable(_ slots: [Slot], threads: Int) {
        matrices.withUnsafeMutableBufferPointer { matrices in
            nonisolated(unsafe) let matrices = matrices
            parallel(slots.count, threads: threads) { _ = matrices[slots[$0].index].mutableView() }
        }
    }

    /// Copies all matrices with ``Matrix/copy(from:)``.
    package mutating func copy(from other: Parameters, threads: Int) {
        matrices.withUnsafeMutableBufferPointer { matrices in
            nonisolated(unsafe) let matrices = matrices
            parallel(matrices.count, threads: threads) { matrices[$0].copy(from: other.matrices[$0]) }
        }
    }

    package func rows(_ slot: Slot) -> Rows { matrices[slot.index].view }

    package func base(_ slot: Slot) -> UnsafeMutablePointer<Float> { matrices[slot.index].view.base }

    package func base(_ slot: Slot?) -> UnsafeMutablePointer<Float>? { slot.map { matrices[$0.index].view.base } }
}
