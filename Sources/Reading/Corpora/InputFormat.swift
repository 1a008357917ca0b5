/// How the bytes of a source are to be read; the defaults are those of the command line.
///
/// `.csv` files are read by RFC 4180. In `.tsv` files a field in quotes is read as Python's `excel-tab` dialect reads it, with doubled quotes,
/// tabs and line ends inside. Quotes that do not enclose a whole field are text, as in files whose writer quotes nothing. A `.tsv` record
/// is refused where its quotes may be meant either way and the two ways give other rows; `scanTSV` has the rule.
package struct InputFormat: Sendable, Equatable {
    /// Columns by header name or number from 1, keys in `.jsonl`; several are joined with a space.
    /// Empty: `text`, or column 1 where there is no header.
    package var textColumns: [String]
    /// Absent: `label`, or column 2 where there is no header.
    package var labelColumn: String?
    package var hasHeader: Bool
    /// Whether each line of a plain text file is a document, not the whole file.
    package var linesAreDocuments: Bool
    package var encoding: TextEncoding
    /// Whether a record at fault is reported and left out, where its end can be told; else it ends the reading.
    package var skipsBadRows: Bool
    /// A longer record or whole-file document is refused, so that a quote that is never closed cannot fill the memory.
    package var longestRecord: Int

    package init(
        textColumns: [String] = [], labelColumn: String? = nil, hasHeader: Bool = true, linesAreDocuments: Bool = false,
        encoding: TextEncoding = .utf8, skipsBadRows: Bool = false, longestRecord: Int = 64 << 20
    ) {
        self.textColumns = textColumns
        self.labelColumn = labelColumn
        self.hasHeader = hasHeader
        self.linesAreDocuments = linesAreDocuments
        self.encoding = encoding
        self.skipsBadRows = skipsBadRows
        self.longestRecord = longestRecord
    }

    /// What the rows of `source` look like, told by its ending.
    func layout(of source: String) -> Layout {
        if source == "-" { return .lines }
        let name = source.lowercased()
        if name.hasSuffix(".csv") { return .csv }
        if name.hasSuffix(".tsv") { return .tsv }
        if name.hasSuffix(".jsonl") { return .jsonLines }
        return linesAreDocuments ? .lines : .wholeFile
    }
}

/// What makes a record.
enum Layout: Sendable {
    case csv
    case tsv
    case jsonLines
    case lines
    case wholeFile

    var hasColumns: Bool { self == .csv || self == .tsv }

    /// Whether a carriage return alone ends a line. It does in tables, as other readers of tables have it; in running text it
    /// is a character like any other.
    var endsLinesAtReturn: Bool { hasColumns }
}
