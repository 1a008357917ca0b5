import TenorLayers

/// Divides rows among parts at random, stratified by label. The same seed gives the same parts on every platform.
///
/// Of a label with n rows, each part but the first has n times its share, rounded: at least one row, as long as one is left for the first
/// part, which has the rest. So a label with one row is in the first part alone.
///
/// The rows of a unit stay together. Units of several rows are placed first, in random order: in a part that has places for all their rows,
/// each with a probability proportional to its places for their labels; if there is none, in the part with the most places. Single rows then
/// take the places that are left. If all rows are single, each part has exactly its number of rows of each label.
package struct Partition: Sendable {
    /// The part of each row.
    package let parts: [Int]

    /// - Parameters:
    ///   - labels: each row's label. A unit in which no row has one is in the first part.
    ///   - units: each row's unit, numbered from 0.
    ///   - shares: those of the parts but the first; their sum is below 1.
    package init(labels: [Int?], units: [Int], shares: [Double], seed: UInt64) {
        precondition(labels.count == units.count && shares.reduce(0, +) < 1)
        var rows = [[Int]](repeating: [], count: (units.max() ?? -1) + 1)
        for (row, unit) in units.enumerated() { rows[unit].append(row) }
        var places = Places(labels, shares)
        var randomness = Randomness(seed: seed)
        var parts = Array(repeating: 0, count: labels.count)
        let order = randomness.permutation(rows.count)
        for unit in order.filter({ rows[$0].count > 1 }) + order.filter({ rows[$0].count == 1 }) {
            let part = places.take(rows[unit].compactMap { labels[$0] }, &randomness)
            for row in rows[unit] { parts[row] = part }
        }
        self.parts = parts
    }
}

/// How many more rows of each label each part is to have.
private struct Places {
    /// By part, then by label. Negative where a unit was larger than what was left.
    private var left: [[Int]]

    init(_ labels: [Int?], _ shares: [Double]) {
        var counts = [Int](repeating: 0, count: (labels.compactMap { $0 }.max() ?? -1) + 1)
        for label in labels { if let label { counts[label] += 1 } }
        left = [counts] + shares.map { _ in counts.map { _ in 0 } }
        for (label, count) in counts.enumerated() {
            for (index, share) in shares.enumerated() {
                let wanted = max(1, Int((Double(count) * share).rounded()))
                let given = min(wanted, left[0][label] - 1)
                left[index + 1][label] = given
                left[0][label] -= given
            }
        }
    }

    /// Chooses a part for rows with these labels, and takes their places.
    mutating func take(_ labels: [Int], _ randomness: inout Randomness) -> Int {
        var needed: [Int: Int] = [:]
        for label in labels { needed[label, default: 0] += 1 }
        let fits = left.map { places in needed.allSatisfy { places[$0.key] >= $0.value } }
        let sums = left.map { places in needed.reduce(0) { $0 + $1.value * places[$1.key] } }
        let weights = zip(fits, sums).map { $0 ? $1 : 0 }
        let total = weights.reduce(0, +)
        var part = 0
        if total > 0 {
            var drawn = randomness.below(total)
            while drawn >= weights[part] {
                drawn -= weights[part]
                part += 1
            }
        } else {
            for other in sums.indices where sums[other] > sums[part] { part = other }
        }
        for label in labels { left[part][label] -= 1 }
        return part
    }
}
