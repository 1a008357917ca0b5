/// A position in a file, all parts 1-based: the record (header not counted; nil in a header or a whole-file document), the line, and the
/// column in characters.
package struct Place: Sendable, Equatable {
    package var record: Int?
    package var line: Int
    package var column: Int?

    package init(record: Int?, line: Int, column: Int? = nil) {
        self.record = record
        self.line = line
        self.column = column
    }
}

extension Place: CustomStringConvertible {
    package var description: String {
        (record.map { "record \($0), " } ?? "") + "line \(line)" + (column.map { ", column \($0)" } ?? "")
    }
}
