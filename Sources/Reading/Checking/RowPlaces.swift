/// Where each row of a source stands, in four bytes per row.
package struct RowPlaces: Sendable {
    /// Each file of the source, and the first of its rows.
    private var files: [(path: String, first: Int)] = []
    private var lines: [UInt32] = []

    package init() {}

    package var count: Int { lines.count }

    mutating func add(_ document: Document) {
        if files.last?.path != document.source { files.append((document.source, lines.count)) }
        lines.append(UInt32(clamping: document.line))
    }

    /// The row's file, and its line there, from 1.
    package func place(of row: Int) -> (file: String, line: Int) {
        var (low, high) = (0, files.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if files[middle].first <= row { low = middle } else { high = middle }
        }
        return (files[low].path, Int(lines[row]))
    }
}
