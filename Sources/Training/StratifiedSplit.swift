import TenorLayers

/// Splits the rows of a corpus in two, stratified by class. The same seed gives the same split on every platform.
///
/// Of each class with at least two rows, the `fraction`, rounded, goes to `dev`: at least one row, but never all. A class with one row
/// stays in `train`. Both parts are in file order. A fraction of 0 leaves `dev` empty.
package func stratifiedSplit(classIndices: [Int], fraction: Double, seed: UInt64) -> (train: [Int], dev: [Int]) {
    precondition(fraction >= 0 && fraction < 1)
    guard fraction > 0 else { return (Array(classIndices.indices), []) }
    var rowsOfClass = [[Int]](repeating: [], count: (classIndices.max() ?? -1) + 1)
    for (row, index) in classIndices.enumerated() { rowsOfClass[index].append(row) }

    var generator = Randomness(seed: seed)
    var isDev = [Bool](repeating: false, count: classIndices.count)
    for var rows in rowsOfClass where rows.count > 1 {
        let wanted = Int((Double(rows.count) * fraction).rounded())
        for place in 0..<min(max(wanted, 1), rows.count - 1) {
            rows.swapAt(place, place + generator.below(rows.count - place))
            isDev[rows[place]] = true
        }
    }
    return (classIndices.indices.filter { !isDev[$0] }, classIndices.indices.filter { isDev[$0] })
}
