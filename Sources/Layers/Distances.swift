/// Maps each distance, query - key, to a row of a table of relative positions, for sequences of up to `longest` tokens. Rows increase with
/// the distance, so a sequence needs a contiguous range of rows around the middle of the table.
package struct Distances: Sendable {
    /// The rows for the distances 1 - longest ... longest - 1.
    private let table: [Int32]
    private let longest: Int

    package init(longest: Int, row: (Int) -> Int) {
        self.longest = longest
        table = (1 - longest..<longest).map { Int32(row($0)) }
    }

    /// The rows that a sequence of n tokens needs.
    package func rows(_ n: Int) -> Range<Int> { Int(table[longest - n])..<Int(table[longest + n - 2]) + 1 }

    /// All rows.
    package var rows: Range<Int> { rows(longest) }

    /// Calls `body` with a pointer to the entry for distance 0, to be indexed by the distance.
    func withRows(_ body: (UnsafePointer<Int32>) -> Void) {
        table.withUnsafeBufferPointer { body($0.baseAddress! + longest - 1) }
    }
}
