import TenorFiles

/// An input error. Messages have the form *file: what was found, what is needed*.
package enum CorpusError: Error, Sendable, Equatable {
    case missing(source: String)
    case isDirectory(source: String)
    case badFolder(source: String, FolderFault)
    case cannotOpen(source: String, errno: Int32)
    case readFailed(source: String, errno: Int32)
    /// The content is of a kind that is not read.
    case foreign(source: String, ForeignFile)
    case badCompression(source: String, Compression, CompressionFault)
    /// JSON rows are expected, and the first object is not closed in its line.
    case objectOverLines(source: String)
    /// A table without even a header.
    case empty(source: String)
    /// `names` are the header's; nil if there is no header and columns are numbered up to `count`.
    case noSuchColumn(source: String, wanted: String, names: [String]?, count: Int)
    /// Several columns have the wanted name, or names that differ from it only in case and white space; `numbers` are 1-based.
    case repeatedColumn(source: String, names: [String], numbers: [Int])
    case badRecord(source: String, Place, RecordFault)
    /// The source has a column that is to be added.
    case takenColumn(source: String, name: String)
    /// Rows are to be kept, and the source is not divided into any, or is one array.
    case notRows(source: String, isArray: Bool)
    /// A text that is to be written has a character that the source's encoding lacks.
    case notEncodable(source: String, text: String, TextEncoding)
    /// Labels were requested, but the source is plain text.
    case unlabelled(source: String)
    /// Pairs of texts were asked for, and the source has no columns.
    case noPairs(source: String)
    case noRows(source: String)
    /// There are records, and none is a row.
    case allLeftOut(source: String, RecordAccount)
    case oneLabel(source: String, rows: Int, label: String)
    /// The labels look like something else.
    case unlikelyLabels(source: String, LabelSetFault)

    /// The three ways in which reading fails. The program's exit status distinguishes them.
    package enum Kind: Sendable {
        case badData
        case noInput
        case readFailed
    }

    package var kind: Kind {
        switch self {
        case .missing, .isDirectory, .badFolder, .cannotOpen: .noInput
        case .readFailed: .readFailed
        default: .badData
        }
    }
}

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

/// What is wrong with one record.
package enum RecordFault: Error, Sendable, Equatable {
    case invalidByte(UInt8, TextEncoding)
    case loneSurrogate(UInt16)
    /// UTF-16 text with an odd number of bytes.
    case halfUnit
    case nul
    case unterminatedQuote
    case quoteInUnquotedField
    case textAfterQuote
    /// A tab-separated record that is either one row with line ends in a quoted field or `rows` rows whose quotes are text.
    case ambiguousQuote(rows: Int)
    case fieldCount(found: Int, needed: Int)
    /// A row that equals the header.
    case repeatedHeader
    case tooLong(limit: Int)
    /// A whole-file document is too long.
    case fileTooLong(limit: Int)
    case notJSON(String)
    /// An array of objects breaks its rules between the objects, or ends in one.
    case brokenArray(String)
    case missingKey(String)
    case repeatedKey(String)
    /// An object has a key that is to be added.
    case takenKey(String)
    case wrongValue(key: String, found: String, needed: String)
    case emptyLabel
    /// A row has more than one label, where it needs one.
    case severalLabels([String])
    /// An export's record has several strings, none of which is known to be the text.
    case severalTexts([String])
    /// An export's record answers several questions, none of which is known to be the labels'.
    case severalQuestions([String])
    /// A row has the same label more than once.
    case repeatedLabel(String)
    case unknownLabel(String, known: [String])
    /// A label column should hold numbers.
    case notANumber(column: String, String)
    /// A label column should hold 0 and 1.
    case neitherZeroNorOne(column: String, String)

    /// Whether the reader can find the start of the next record, so that this one can be skipped.
    var isConfinedToItsRecord: Bool {
        switch self {
        case .unterminatedQuote, .ambiguousQuote, .tooLong, .fileTooLong, .brokenArray: false
        default: true
        }
    }
}

extension CorpusError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let source): "\(name(source)): no such file"
        case .isDirectory(let source): "\(name(source)): is a directory, needs to be a file"
        case .badFolder(let source, let fault): "\(name(source)): \(fault)"
        case .cannotOpen(let source, let code): "\(name(source)): cannot be opened: \(reason(code))"
        case .readFailed(let source, let code): "\(name(source)): cannot be read: \(reason(code))"
        case .foreign(let source, let kind): "\(name(source)): \(kind)"
        case .badCompression(let source, let compression, let fault): "\(name(source)): its \(compression.name) data \(fault)"
        case .objectOverLines(let source):
            "\(name(source)): its first JSON object goes on after its line, needs an object per line or an array of objects"
        case .empty(let source): "\(name(source)): is empty, needs a header line that names the columns"
        case .noSuchColumn(let source, let wanted, let names?, _):
            "\(name(source)): has no column \(quoted(wanted)), its columns are \(quoted(names))"
                + (nearestName(to: wanted, among: names).map { "; did you mean \(quoted($0))?" } ?? "")
        case .noSuchColumn(let source, let wanted, nil, let count):
            "\(name(source)): has no column \(quoted(wanted)), without a header its columns are numbered 1 to \(count)"
        case .repeatedColumn(let source, let names, let numbers):
            "\(name(source)): columns \(listed(numbers.map(String.init))) are all named \(quoted(distinct(names))), "
                + "a wanted column needs a name of its own"
        case .badRecord(let source, let place, let fault): "\(name(source)): \(place): \(fault)"
        case .takenColumn(let source, let name):
            "\(self.name(source)): has a column \(quoted(name)) already, an added column needs another name"
        case .notRows(let source, true):
            "\(name(source)): is an array of JSON objects, keeping rows needs an object per line or a table"
        case .notRows(let source, false):
            "\(name(source)): is plain text, keeping rows needs a .csv, .tsv or .jsonl file"
        case .notEncodable(let source, let text, let encoding):
            "\(name(source)): \(quoted(text)) has a character that \(encoding.rawValue) lacks; the file needs to be UTF-8"
        case .noPairs(let source):
            "\(name(source)): has no columns, pairs of texts need a table or JSON objects with a column for each of the two"
        case .unlabelled(let source): "\(name(source)): is plain text, labelled rows need a .csv, .tsv, .jsonl or .json file"
        case .noRows(let source): "\(name(source)): has no rows, needs at least one"
        case .allLeftOut(let source, let account): "\(name(source)): has no row with a label, needs at least one; \(account)"
        case .oneLabel(let source, let rows, let label):
            "\(name(source)): all \(rows) rows are labelled \(quoted(label)), tuning needs at least two labels"
        case .unlikelyLabels(let source, let fault): "\(name(source)): \(fault)"
        }
    }

    private func name(_ source: String) -> String { sourceName(source) }

    private func reason(_ code: Int32) -> String { systemMessage(code) }
}

extension Place: CustomStringConvertible {
    package var description: String {
        (record.map { "record \($0), " } ?? "") + "line \(line)" + (column.map { ", column \($0)" } ?? "")
    }
}

extension RecordFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidByte(let byte, .utf8):
            "byte \(hex(byte, 2)) is not valid UTF-8, another encoding needs naming (windows-1252, latin1, utf16)"
        case .invalidByte(let byte, let encoding): "byte \(hex(byte, 2)) is not valid \(encoding.rawValue), needs another encoding"
        case .loneSurrogate(let unit): "half of a surrogate pair (\(hex(unit, 4))), UTF-16 needs both halves"
        case .halfUnit: "the last byte stands alone, UTF-16 needs two bytes a unit"
        case .nul: "a NUL character, needs text (a file full of them may be UTF-16)"
        case .unterminatedQuote: "a quote opens here and is never closed, needs a closing quote"
        case .quoteInUnquotedField: "a quote inside an unquoted field, needs the field quoted and the quote doubled"
        case .textAfterQuote: "text after a closing quote, needs a separator or the end of the line"
        case .ambiguousQuote(let rows):
            "a quote opens here and closes on a later line, which reads as one row or as \(rows); "
                + "needs the table as .csv or .jsonl, or no line ends inside fields"
        case .fieldCount(let found, let needed): "has \(found) field\(found == 1 ? "" : "s"), needs \(needed)"
        case .repeatedHeader: "repeats the header, needs a row (were tables joined?)"
        case .tooLong(let limit):
            "runs on for more than \(limit) bytes, needs a shorter record (is a quote left open, or a line end missing?)"
        case .fileTooLong(let limit):
            "the whole file is one text, which runs on for more than \(limit) bytes; needs a shorter file, or to be read line by line"
        case .notJSON(let problem): "is not a JSON object: \(problem)"
        case .brokenArray(let problem): "is not an array of JSON objects: \(problem)"
        case .missingKey(let key): "has no \(quoted(key)), needs one"
        case .repeatedKey(let key): "has \(quoted(key)) more than once, needs it once"
        case .takenKey(let key): "has \(quoted(key)) already, an added key needs another name"
        case .wrongValue(let key, let found, let needed): "\(quoted(key)) is \(found), needs \(needed)"
        case .emptyLabel: "the label is empty, needs a name"
        case .severalLabels(let labels):
            "has \(labels.count) labels, \(quoted(labels)), needs one: there are rows with several labels, which is a multi-label task"
        case .severalTexts(let names): "has no 'text', but \(quoted(names)), the one with the text needs naming"
        case .severalQuestions(let names): "answers \(quoted(names)), the one with the labels needs naming"
        case .unknownLabel(let label, let known): unknown(label, known)
        case .repeatedLabel(let label): "has the label \(quoted(label)) more than once, needs each label by its name and once"
        case .notANumber(let column, let value): "\(quoted(column)) is \(quoted(value)), needs a number"
        case .neitherZeroNorOne(let column, let value): "\(quoted(column)) is \(quoted(value)), needs 0 or 1"
        }
    }

    private func unknown(_ label: String, _ known: [String]) -> String {
        let needed = "needs one of \(quoted(known))"
        guard let like = KnownLabels(known).label(like: label) else { return "the label is \(quoted(label)), \(needed)" }
        let warning = LabelWarning.alike([label, like], LabelDifference.differences(among: [label, like]))
        return "the label is \(quoted(label)), \(needed); \(warning)"
    }

    private func hex(_ value: some BinaryInteger, _ digits: Int) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
