/// How to read the bytes of a source. The defaults are those of the command line.
///
/// `.csv` files follow RFC 4180, with any delimiter. In `.tsv` files a quoted field is read as in Python's `excel-tab` dialect: it may contain doubled quotes,
/// tabs and line ends. Quotes that do not enclose a whole field are text, as in files whose writer quotes nothing. A `.tsv` record is
/// rejected if its quotes are ambiguous and the two readings give different rows; see `scanTSV` for the rule.
package struct InputFormat: Sendable, Equatable {
    package var form: InputForm
    /// What separates the fields of tables, an ASCII character other than a quote and a line end. If nil: what the first record shows.
    package var delimiter: UInt8?
    /// Header names or 1-based column numbers; keys in JSON. Several columns are joined with a space.
    /// If empty: `text`, or column 1 if there is no header.
    package var textColumns: [String]
    /// Like ``textColumns``. Several columns hold a value each. If empty: `label`, or column 2 if there is no header.
    package var labelColumns: [String]
    /// The column of the second text, where rows are pairs of texts; nil if they are single ones.
    package var pairColumn: String?
    /// What separates the labels in a cell; nil if a cell is one label.
    package var labelSeparator: String?
    /// What the label columns hold; nil if the rows decide.
    package var answers: AnswerKind?
    /// The column whose value says which rows belong together; nil if it is not read.
    package var groupColumn: String?
    /// The columns that the caller adds to each row, perhaps none; nil if rows are not kept. If they are, each document has its `original`,
    /// and a source is rejected if it has such a column or is not divided into rows.
    package var addedColumns: [String]?
    /// A column by which rows are to be told apart, by header name, number or key. If nil: none.
    package var sliceColumn: String?
    package var hasHeader: Bool
    /// Whether each line of a plain text file is a document, instead of the whole file.
    package var linesAreDocuments: Bool
    /// A byte order mark of UTF-16 in a source that is said to be UTF-8 wins.
    package var encoding: TextEncoding
    /// Whether a bad record is reported and skipped, if its end can be found. Otherwise it ends the reading.
    package var skipsBadRows: Bool
    /// Which split of a folder to read, the best first; all if there is none.
    package var splits: [Split]
    /// Longer records and whole-file documents are rejected, so that an unclosed quote cannot exhaust the memory.
    package var longestRecord: Int

    package init(
        form: InputForm = .auto, delimiter: UInt8? = nil, textColumns: [String] = [], pairColumn: String? = nil,
        labelColumns: [String] = [], labelSeparator: String? = nil,
        answers: AnswerKind? = nil, groupColumn: String? = nil, addedColumns: [String]? = nil, hasHeader: Bool = true,
        linesAreDocuments: Bool = false, encoding: TextEncoding = .utf8, skipsBadRows: Bool = false, splits: [Split] = [],
        longestRecord: Int = 64 << 20
    ) {
        self.form = form
        self.delimiter = delimiter
        self.textColumns = textColumns
        self.pairColumn = pairColumn
        self.labelColumns = labelColumns
        self.labelSeparator = labelSeparator
        self.answers = answers
        self.groupColumn = groupColumn
        self.addedColumns = addedColumns
        self.hasHeader = hasHeader
        self.linesAreDocuments = linesAreDocuments
        self.encoding = encoding
        self.skipsBadRows = skipsBadRows
        self.splits = splits
        self.longestRecord = longestRecord
    }
}
