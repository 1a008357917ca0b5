import TenorLayers

/// Batches with equally many rows of each label, or of as many labels as fit with two rows each. A label's rows come in random order, and
/// again only when all have been used.
struct BalancedBatches {
    private var rowsOfLabel: [[Int]]
    /// The positions in `rowsOfLabel` of the next rows of each label.
    private var next: [Int]
    private var labelOrder: [Int] = []
    private var randomness: Randomness

    init(_ labels: [Int], seed: UInt64) {
        var rows = [[Int]](repeating: [], count: (labels.max() ?? -1) + 1)
        for (row, label) in labels.enumerated() { rows[label].append(row) }
        rowsOfLabel = rows.filter { !$0.isEmpty }
        next = rowsOfLabel.map(\.count)
        randomness = Randomness(seed: seed)
    }

    /// The next batch: at most `size` rows, each at most once.
    mutating func batch(size: Int) -> [Int] {
        let count = max(1, min(rowsOfLabel.count, size / 2))
        var labels: [Int] = []
        while labels.count < count {
            if labelOrder.isEmpty { labelOrder = randomness.permutation(rowsOfLabel.count) }
            let label = labelOrder.removeLast()
            if !labels.contains(label) { labels.append(label) }
        }
        return labels.sorted().flatMap { label in take(max(1, size / count), of: label) }
    }

    private mutating func take(_ count: Int, of label: Int) -> [Int] {
        let all = rowsOfLabel[label].count
        if count >= all { return rowsOfLabel[label].sorted() }
        if next[label] + count > all {
            rowsOfLabel[label] = randomness.permutation(all).map { rowsOfLabel[label][$0] }
            next[label] = 0
        }
        defer { next[label] += count }
        return Array(rowsOfLabel[label][next[label]..<next[label] + count])
    }
}
