import TenorThreads

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
