/// How to read the bytes of a source. The defaults are those of the command line.
///
/// `.csv` files follow RFC 4180. In `.tsv` files a quoted field is read as in Python's `excel-tab` dialect: it may contain doubled quotes,
/// tabs and line ends. Quotes that do not enclose a whole field are text, as in files whose writer quotes nothing. A `.tsv` record is
/// rejected if its quotes are ambiguous and the two readings give different rows; see `scanTSV` for the rule.
package struct InputFormat: Sendable, Equatable {
    /// Header names or 1-based column numbers; keys in `.jsonl`. Several columns are joined with a space.
    /// If empty: `text`, or column 1 if there is no header.
    package var textColumns: [String]
    /// If nil: `label`, or column 2 if there is no header.
    package var labelColumn: String?
    package var hasHeader: Bool
    /// Whether each line of a plain text file is a document, instead of the whole file.
    package var linesAreDocuments: Bool
    package var encoding: TextEncoding
    /// Whether a bad record is reported and skipped, if its end can be found. Otherwise it ends the reading.
    package var skipsBadRows: Bool
    /// Longer records and whole-file documents are rejected, so that an unclosed quote cannot exhaust the memory.
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

    /// The layout of `source`, from its file extension.
    func layout(of source: String) -> Layout {
        if source == "-" { return .lines }
        let name = source.lowercased()
        if name.hasSuffix(".csv") { return .csv }
        if name.hasSuffix(".tsv") { return .tsv }
        if name.hasSuffix(".jsonl") { return .jsonLines }
        return linesAreDocuments ? .lines : .wholeFile
    }
}

/// How a source is divided into records.
enum Layout: Sendable {
    case csv
    case tsv
    case jsonLines
    case lines
    case wholeFile

    var hasColumns: Bool { self == .csv || self == .tsv }

    /// Whether a lone carriage return ends a line. It does in tables, as in other table readers; in running text it is an ordinary
    /// character.
    var endsLinesAtReturn: Bool { hasColumns }
}
