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
