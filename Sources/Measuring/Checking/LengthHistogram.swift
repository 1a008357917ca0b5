/// How long the texts of a corpus are.
package struct LengthHistogram: Sendable, Equatable {
    /// The lengths that occur, ascending, and how many rows have each.
    private let lengths: [(length: Int, rows: Int)]
    package let rows: Int

    /// - Parameter counts: the number of rows with each length.
    package init(_ counts: [Int: Int]) {
        lengths = counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        rows = counts.values.reduce(0, +)
    }

    package static func == (a: LengthHistogram, b: LengthHistogram) -> Bool {
        a.lengths.elementsEqual(b.lengths) { $0 == $1 }
    }

    package var mean: Double { Double(lengths.reduce(0) { $0 + $1.length * $1.rows }) / Double(max(rows, 1)) }
    package var shortest: Int { lengths.first?.length ?? 0 }
    package var longest: Int { lengths.last?.length ?? 0 }

    /// The least length that this share of the rows does not exceed; 0.5 gives the lower median.
    package func quantile(_ share: Double) -> Int {
        var seen = 0
        return lengths.first { length in
            seen += length.rows
            return Double(seen) >= share * Double(rows)
        }?.length ?? 0
    }

    /// The number of rows that are longer than a limit.
    package func rows(above limit: Int) -> Int { lengths.reduce(0) { $0 + ($1.length > limit ? $1.rows : 0) } }

    /// A range of lengths and the rows in it.
    package struct Bin: Sendable, Equatable {
        package let range: Range<Int>
        package let rows: Int
    }

    /// The rows between 0, 1, 2, 5, 10, 20, 50 and so on, from the first range with a row to the last.
    package var bins: [Bin] {
        guard !lengths.isEmpty else { return [] }
        var edges = [0, 1, 2, 5]
        while edges.last! <= longest { edges.append(10 * edges[edges.count - 3]) }
        var rows = [Int](repeating: 0, count: edges.count - 1)
        for (length, count) in lengths { rows[edges.lastIndex { $0 <= length }!] += count }
        let bins = rows.indices.map { Bin(range: edges[$0]..<edges[$0 + 1], rows: rows[$0]) }
        return Array(bins[bins.firstIndex { $0.rows > 0 }!...bins.lastIndex { $0.rows > 0 }!])
    }
}
