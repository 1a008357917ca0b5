import TenorLayers

/// Divides rows into folds with about equally many rows of each label. The same seed gives the same folds on every platform.
package struct StratifiedFolds: Sendable {
    /// Each row's fold.
    package let folds: [Int]
    package let count: Int

    /// - Parameter count: the number of folds; fewer if no label has as many rows.
    package init(_ labels: [Int], count: Int, seed: UInt64) {
        var rowsOfLabel = [[Int]](repeating: [], count: (labels.max() ?? -1) + 1)
        for (row, label) in labels.enumerated() { rowsOfLabel[label].append(row) }
        self.count = min(count, rowsOfLabel.map(\.count).max() ?? 0)
        var folds = Array(repeating: 0, count: labels.count)
        var randomness = Randomness(seed: seed)
        var next = 0
        for rows in rowsOfLabel {
            for place in randomness.permutation(rows.count) {
                folds[rows[place]] = next % max(self.count, 1)
                next += 1
            }
        }
        self.folds = folds
    }

    /// The rows outside a fold, which are trained on, and those in it.
    package func split(_ fold: Int) -> (train: [Int], held: [Int]) {
        (folds.indices.filter { folds[$0] != fold }, folds.indices.filter { folds[$0] == fold })
    }
}
