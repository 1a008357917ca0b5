import CVector

/// What one shard's way back owes to the gradients: not the sums, but what they are sums of.
///
/// Shards write their ledgers independently; ``settle(_:into:by:in:)`` then adds them up in the order of the shards, each weight's
/// gradient as products over the whole batch in fixed tiles of rows. So there is one copy of the gradients, no lock, one barrier, and
/// the same bits at any number of threads.
package final class Ledger: @unchecked Sendable {
    private enum Entry {
        /// dW += dyᵀ x, dy being [tokens, rows of W], x [tokens, columns of W].
        case product(dy: Rows, x: Rows)
        /// The same from factors that were rounded.
        case roundedProduct(dy: HalfRows, x: HalfRows)
        case sum(Sum)
    }

    private enum Sum {
        /// db += Σ over tokens of dy.
        case columns(dy: Rows)
        /// dE[ids[t]] += dy[t].
        case rows(ids: [Int32], dy: Rows)
        /// dv += values.
        case values(Rows)
    }

    private var entries: [(slot: Slot, entry: Entry)] = []
    private let isTrainable: [Bool]

    /// - Parameter isTrainable: for each slot whether it has a gradient; what is owed to the others is not written down.
    package init(isTrainable: [Bool]) { self.isTrainable = isTrainable }

    package func reset() { entries.removeAll(keepingCapacity: true) }

    package func wants(_ slot: Slot) -> Bool { isTrainable[slot.index] }

    package func addProduct(dy: Rows, x: Rows, to slot: Slot) { add(.product(dy: dy, x: x), slot) }
    package func addProduct(dy: HalfRows, x: HalfRows, to slot: Slot) { add(.roundedProduct(dy: dy, x: x), slot) }
    package func addSums(dy: Rows, to slot: Slot) { add(.sum(.columns(dy: dy)), slot) }
    package func addRows(ids: [Int32], dy: Rows, to slot: Slot) { add(.sum(.rows(ids: ids, dy: dy)), slot) }
    package func addValues(_ values: Rows, to slot: Slot) { add(.sum(.values(values)), slot) }

    private func add(_ entry: Entry, _ slot: Slot) {
        if isTrainable[slot.index] { entries.append((slot, entry)) }
    }

    /// Rows and columns in a tile of a weight's gradient: small enough to stay in a core's cache while the shards add to it.
    private static let tile = 384

    /// gradient += everything that the ledgers hold, shard after shard; a thread for each arena, which takes what is laid out on the way.
    package static func settle(_ ledgers: [Ledger], into gradient: inout Parameters, by engine: Engine = .oneDNN, in arenas: [Arena]) {
        _ = Product.oneThread
        var owed: [Slot: Debt] = [:]
        var order: [Slot] = []
        for ledger in ledgers {
            for (slot, entry) in ledger.entries {
                if owed[slot] == nil { order.append(slot) }
                owed[slot, default: Debt()].add(entry)
            }
        }
        var tasks: [(target: Rows, rows: Range<Int>, columns: Range<Int>, debt: Debt)] = []
        for slot in order {
            let target = gradient[slot].mutableView()
            for rows in tiles(target.count) {
                for columns in tiles(target.width) { tasks.append((target, rows, columns, owed[slot]!)) }
            }
        }
        // The dearest first, so that no core is left with a long one at the end.
        tasks.sort { $0.rows.count * $0.columns.count > $1.rows.count * $1.columns.count }
        let queue = tasks
        parallel(queue.count, threads: arenas.count) { index, worker in
            let task = queue[index]
            arenas[worker].reset()
            task.debt.products.add(to: task.target, task.rows, task.columns, by: engine, arenas[worker])
            task.debt.roundedProducts.add(to: task.target, task.rows, task.columns, arenas[worker])
            for sum in task.debt.sums { add(sum, to: task.target, task.rows, task.columns) }
        }
    }

    /// What one slot is owed.
    private struct Debt {
        var products = OwedProducts<Float>()
        var roundedProducts = OwedProducts<UInt16>()
        var sums: [Sum] = []

        mutating func add(_ entry: Entry) {
            switch entry {
            case .product(let dy, let x):
                products.add(dy: .init(base: dy.base, width: dy.width), x: .init(base: x.base, width: x.width), count: dy.count)
            case .roundedProduct(let dy, let x):
                roundedProducts.add(dy: .init(base: dy.base, width: dy.width), x: .init(base: x.base, width: x.width), count: dy.count)
            case .sum(let sum): sums.append(sum)
            }
        }
    }

    private static func tiles(_ count: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: tile).map { $0..<min($0 + tile, count) }
    }

    private static func add(_ sum: Sum, to target: Rows, _ rows: Range<Int>, _ columns: Range<Int>) {
        let first = target.row(rows.lowerBound) + columns.lowerBound
        switch sum {
        case .columns(let dy):
            vector_column_sums(dy.base + columns.lowerBound, dy.width, first, dy.count, columns.count)
        case .rows(let ids, let dy):
            for (token, id) in ids.enumerated() where rows.contains(Int(id)) {
                vector_add(dy.row(token) + columns.lowerBound, target.row(Int(id)) + columns.lowerBound, columns.count)
            }
        case .values(let values):
            for row in rows { vector_add(values.row(row) + columns.lowerBound, target.row(row) + columns.lowerBound, columns.count) }
        }
    }
}
