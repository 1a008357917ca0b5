import CTenorVector
import TenorThreads

/// The deferred weight gradients of one micro-batch's backward pass: the operands of the sums, not the sums.
///
/// Each micro-batch records its own operands independently. ``accumulate(_:into:adding:threads:)`` then adds them up in the order of the
/// micro-batches, computing each weight's gradient as products over the whole batch in fixed tiles. So there is one copy of the gradients,
/// no lock, one barrier, and bitwise the same result at any number of threads.
///
/// It copies everything it is given, so a micro-batch's arena can be reused before the gradients are accumulated.
package final class DeferredGradients: @unchecked Sendable {
    private enum Entry {
        /// dW += aᵀ b, with a [tokens, rows of W] and b [tokens, columns of W].
        case product(a: Panels, b: Panels)
        case sum(Sum)
    }

    private enum Sum {
        /// dE[ids[t]] += dy[t].
        case rows(ids: [Int32], dy: Rows)
        /// dv += values.
        case values(Rows)
    }

    private var entries: [(slot: Slot, entry: Entry)] = []
    private let trainable: Trainable
    /// Holds the copies until the gradients are accumulated.
    private let arena = Arena()
    /// The most recent layer input and its panels, cached because several layers may share an input.
    private var input: (given: UnsafeRawBufferPointer, width: Int, panels: Panels)?

    /// - Parameter trainable: the slots that have a gradient; nothing is recorded for the others.
    package init(_ trainable: Trainable) { self.trainable = trainable }

    package func reset() {
        entries.removeAll(keepingCapacity: true)
        arena.reset()
        input = nil
    }

    package func wants(_ slot: Slot) -> Bool { trainable.contains(slot) }

    /// dW += dyᵀ x.
    package func addProduct(dy: Rows, x: Rows, to slot: Slot) { add(.product(a: Panels(dy, arena), b: panels(input: x)), slot) }
    /// dW += xᵀ dy.
    package func addProduct(x: Rows, dy: Rows, to slot: Slot) { add(.product(a: panels(input: x), b: Panels(dy, arena)), slot) }
    /// dW += dyᵀ x.
    func addProduct(dy: BF16Rows, x: BF16Rows, to slot: Slot) { add(.product(a: Panels(dy, arena), b: panels(input: x)), slot) }
    /// dW += xᵀ dy.
    func addProduct(x: BF16Rows, dy: BF16Rows, to slot: Slot) { add(.product(a: panels(input: x), b: Panels(dy, arena)), slot) }
    /// dE[ids[t]] += dy[t], except for the padding row.
    package func addRows(ids: [Int32], dy: Rows, to slot: Slot) {
        // No tile contains row -1, so it is skipped.
        let ids = trainable.paddingRow(of: slot).map { row in ids.map { $0 == row ? -1 : $0 } } ?? ids
        add(.sum(.rows(ids: ids, dy: copy(dy))), slot)
    }
    /// dv += values.
    package func addValues(_ values: Rows, to slot: Slot) { add(.sum(.values(copy(values))), slot) }

    /// db += Σ over tokens of dy, summed now, while dy is in the cache.
    package func addSums(dy: Rows, to slot: Slot) { add(.sum(.values(sums(dy))), slot) }

    /// Records an entry if its slot is trainable; otherwise does not even evaluate it.
    private func add(_ entry: @autoclosure () -> Entry, _ slot: Slot) {
        if trainable.contains(slot) { entries.append((slot, entry())) }
    }

    private func copy(_ rows: Rows) -> Rows {
        let copy = arena.rows(rows.count, rows.width)
        copy.copy(from: rows)
        return copy
    }

    private func panels(input x: Rows) -> Panels { panels(input: x.base, x.count, x.width) { Panels(x, arena) } }

    private func panels(input x: BF16Rows) -> Panels { panels(input: x.base, x.count, x.width) { Panels(x, arena) } }

    private func panels<Element>(
        input base: UnsafeMutablePointer<Element>, _ rows: Int, _ width: Int, _ make: () -> Panels
    ) -> Panels {
        let given = UnsafeRawBufferPointer(UnsafeBufferPointer(start: base, count: rows * width))
        if let input, input.given.baseAddress == given.baseAddress, input.given.count == given.count, input.width == width {
            return input.panels
        }
        let panels = make()
        input = (given, width, panels)
        return panels
    }

    private func sums(_ dy: Rows) -> Rows {
        let sums = arena.rows(1, dy.width)
        sums.clear()
        vector_column_sums(dy.base, dy.width, sums.base, dy.count, dy.width)
        return sums
    }

    /// Rows and columns in a tile of a weight's gradient, a few panels: small enough that the operands stay in a core's cache.
    private static let tile = 6 * Panels.width

    /// gradient = the sum of everything in `ledgers`, one micro-batch after another, or += with `adding`. Returns the norm √Σ g² of the
    /// resulting gradient, computed while each tile is in the cache.
    @discardableResult
    package static func accumulate(
        _ ledgers: [DeferredGradients], into gradient: inout Parameters, adding: Bool = false, threads: Int
    ) -> Double {
        var deferredGradients = gradient.matrices.map { _ in DeferredGradient() }
        for deferred in ledgers {
            for (slot, entry) in deferred.entries { deferredGradients[slot.index].add(entry) }
        }
        var tasks: [(target: Rows, rows: Range<Int>, columns: Range<Int>, deferredGradient: DeferredGradient)] = []
        for (index, deferredGradient) in deferredGradients.enumerated() where gradient.matrices[index].count > 0 {
            let target = gradient.matrices[index].mutableView()
            for rows in tiles(target.count) {
                for columns in tiles(target.width) { tasks.append((target, rows, columns, deferredGradient)) }
            }
        }
        // Largest tiles first, so that no core is left with a long one at the end.
        tasks.sort { $0.rows.count * $0.columns.count > $1.rows.count * $1.columns.count }
        let queue = tasks
        var squares = Array(repeating: 0.0, count: queue.count)
        squares.withUnsafeMutableBufferPointer { squares in
            nonisolated(unsafe) let squares = squares
            parallel(queue.count, threads: threads) { index in
                let (target, rows, columns, deferredGradient) = queue[index]
                var adding = adding
                deferredGradient.products.add(to: target, rows, columns, adding: &adding)
                if !adding {
                    for row in rows { (target.row(row) + columns.lowerBound).update(repeating: 0, count: columns.count) }
                }
                for sum in deferredGradient.sums { add(sum, to: target, rows, columns) }
                for row in rows { squares[index] += vector_square_sum(target.row(row) + columns.lowerBound, columns.count) }
            }
        }
        return squares.reduce(0, +).squareRoot()
    }

    /// The deferred gradient of one slot.
    private struct DeferredGradient {
        var products = DeferredProducts()
        var sums: [Sum] = []

        mutating func add(_ entry: Entry) {
            switch entry {
            case .product(let a, let b): products.add(a, b)
            case .sum(let sum): sums.append(sum)
            }
        }
    }

    private static func tiles(_ count: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: tile).map { $0..<min($0 + tile, count) }
    }

    private static func add(_ sum: Sum, to target: Rows, _ rows: Range<Int>, _ columns: Range<Int>) {
        switch sum {
        case .rows(let ids, let dy):
            for (token, id) in ids.enumerated() where rows.contains(Int(id)) {
                vector_add(dy.row(token) + columns.lowerBound, target.row(Int(id)) + columns.lowerBound, columns.count)
            }
        case .values(let values):
            for row in rows { vector_add(values.row(row) + columns.lowerBound, target.row(row) + columns.lowerBound, columns.count) }
        }
    }
}
