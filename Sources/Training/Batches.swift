import TenorLayers

/// The order in which rows are trained on.
package enum Batches {
    /// The number of batches that are sorted by length together.
    private static let window = 50

    /// Batch i is rows i·size ..< (i + 1)·size in file order; the last one may be short.
    package static func inOrder(_ count: Int, size: Int) -> [[Int]] { boundary(Array(0..<count), size) }

    /// One epoch in random order: the rows are permuted, windows of 50 batches are sorted by length and divided into batches, and the
    /// batches are permuted. So a batch has rows of similar length, but hardly ever the same ones.
    package static func shuffled(lengths: [Int], size: Int, _ randomness: inout Randomness) -> [[Int]] {
        let order = randomness.permutation(lengths.count)
        var batches: [[Int]] = []
        for first in stride(from: 0, to: order.count, by: window * size) {
            let rows = order[first..<min(first + window * size, order.count)]
            batches += boundary(
                rows.enumerated().sorted { (lengths[$0.element], $0.offset) < (lengths[$1.element], $1.offset) }.map(\.element), size)
        }
        return randomness.permutation(batches.count).map { batches[$0] }
    }

    private static func boundary(_ rows: [Int], _ size: Int) -> [[Int]] {
        stride(from: 0, to: rows.count, by: size).map { Array(rows[$0..<min($0 + size, rows.count)]) }
    }
}
