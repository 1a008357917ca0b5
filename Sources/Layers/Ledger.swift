import COpenBLAS
import CVector

/// What one shard's way back owes to the gradients: not the sums, but what they are sums of.
///
/// Shards write their ledgers independently; ``settle(_:into:threads:)`` then adds them up in the order of the shards, each weight's
/// gradient as products over the whole batch in fixed tiles of rows. So there is one copy of the gradients, no lock, one barrier, and
/// the same bits at any number of threads.
package final class Ledger: @unchecked Sendable {
    private enum Entry {
        /// dW += dyᵀ x, dy being [tokens, rows of W], x [tokens, columns of W].
        case product(dy: Rows, x: Rows)
        /// db += Σ over tokens of dy.
        case sums(dy: Rows)
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
    package func addSums(dy: Rows, to slot: Slot) { add(.sums(dy: dy), slot) }
    package func addRows(ids: [Int32], dy: Rows, to slot: Slot) { add(.rows(ids: ids, dy: dy), slot) }
    package func addValues(_ values: Rows, to slot: Slot) { add(.values(values), slot) }

    private func add(_ entry: Entry, _ slot: Slot) {
        if isTrainable[slot.index] { entries.append((slot, entry)) }
    }

    /// Output rows in a tile of a weight's gradient.
    private static let tile = 384

    /// gradient += everything that the ledgers hold, shard after shard.
    package static func settle(_ ledgers: [Ledger], into gradient: inout Parameters, threads: Int) {
        var owed: [Slot: [Entry]] = [:]
        var order: [Slot] = []
        for ledger in ledgers {
            for (slot, entry) in ledger.entries {
                if owed[slot, default: []].isEmpty { order.append(slot) }
                owed[slot, default: []].append(entry)
            }
        }
        var tasks: [(target: Rows, tile: Range<Int>, entries: [Entry])] = []
        for slot in order {
            let target = gradient[slot].mutableView()
            for first in stride(from: 0, to: target.count, by: tile) {
                tasks.append((target, first..<min(first + tile, target.count), owed[slot]!))
            }
        }
        // The dearest first, so that no core is left with a long one at the end.
        tasks.sort { $0.tile.count * $0.target.width > $1.tile.count * $1.target.width }
        let queue = tasks
        parallel(queue.count, threads: threads) { index in
            for entry in queue[index].entries { settle(entry, into: queue[index].target, tile: queue[index].tile) }
        }
    }

    private static func settle(_ entry: Entry, into target: Rows, tile: Range<Int>) {
        switch entry {
        case .product(let dy, let x):
            cblas_sgemm(
                CblasRowMajor, CblasTrans, CblasNoTrans, BlasInt(tile.count), BlasInt(x.width), BlasInt(dy.count), 1,
                dy.base + tile.lowerBound, BlasInt(dy.width), x.base, BlasInt(x.width), 1, target.row(tile.lowerBound), BlasInt(x.width))
        case .sums(let dy):
            vector_column_sums(dy.base, dy.width, target.base, dy.count, dy.width)
        case .rows(let ids, let dy):
            for (token, id) in ids.enumerated() where tile.contains(Int(id)) {
                vector_add(dy.row(token), target.row(Int(id)), dy.width)
            }
        case .values(let values):
            vector_add(values.row(tile.lowerBound), target.row(tile.lowerBound), tile.count * values.width)
        }
    }
}
