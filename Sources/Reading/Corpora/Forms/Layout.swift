/// How a source is divided into records.
enum Layout: Sendable, Equatable {
    /// A table with quotes as in RFC 4180 and any delimiter.
    case csv(delimiter: UInt8)
    /// A table with tabs, whose quotes are read by the rule of `scanTSV`.
    case tsv
    case jsonLines
    /// One array of objects.
    case jsonArray
    case lines
    /// Lines with labels in them.
    case fastText
    case wholeFile

    var hasColumns: Bool { delimiter != nil }

    /// Whether each record is a JSON object.
    var hasKeys: Bool { self == .jsonLines || self == .jsonArray }

    /// Whether a record may have a label.
    var hasLabels: Bool { hasColumns || hasKeys || self == .fastText }

    /// What separates the fields of a table's row.
    var delimiter: UInt8? {
        switch self {
        case .csv(let delimiter): delimiter
        case .tsv: tab
        case .jsonLines, .jsonArray, .lines, .fastText, .wholeFile: nil
        }
    }

    /// The byte before which a byte order mark in the middle of the source means nothing, because a record may begin with it; nil if there is
    /// none.
    var opening: UInt8? {
        switch self {
        case .csv, .tsv: quote
        case .jsonLines: UInt8(ascii: "{")
        case .fastText: FastTextLine.prefix[0]
        case .jsonArray, .lines, .wholeFile: nil
        }
    }

    /// Whether a lone carriage return ends a line. It does in tables, as in other table readers; in running text it is an ordinary
    /// character.
    var endsLinesAtReturn: Bool { hasColumns }
}
