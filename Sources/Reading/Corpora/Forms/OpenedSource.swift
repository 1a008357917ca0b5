import TenorFiles

/// A source that was opened, how it is to be read, and what is unexpected about it.
struct OpenedSource: ~Copyable {
    /// At the first record or header.
    private let stream: ByteStream
    let layout: Layout
    /// The line where `stream` stands, from 1.
    private let line: Int
    let warnings: [InputWarning.Kind]

    /// The most bytes that are read to recognize the content.
    private static let longestOpening = 1 << 20

    /// Opens `source` and decides how to read it: by the form that the format names, else by its content, else by its name.
    /// - Throws: what `ByteStream` throws; `foreign`, if the content is neither text nor JSON; `objectOverLines`, if JSON rows are expected.
    init(_ source: String, _ format: InputFormat, wantsLabels: Bool, chunk: Int, digests: Bool) throws(CorpusError) {
        var stream = try ByteStream(
            source, encoding: format.encoding, chunk: chunk, digests: digests, keepsPassed: format.addedColumns != nil)
        if let kind = stream.opening.withUnsafeBytes({ ForeignFile.name(ofBytes: $0) }) { throw .foreign(source: source, kind) }
        let named = NamedForm(source)
        var warnings: [InputWarning.Kind] = []
        if source != "-", stream.compression != Compression(ofName: source) { warnings.append(.compression(stream.compression)) }

        var layout = try Self.layout(of: &stream, named, format, &warnings)
        var line = 1
        if let own = layout.delimiter {
            let table = try Self.opening(of: &stream) {
                TableOpening($0, isLast: $1, own: own, format, wantsLabels: wantsLabels, isLive: source == "-")
            }
            if table.preamble > 0 {
                stream.leaveBehind(table.preamble)
                line = 2
            } else if table.delimiter != own, format.delimiter == nil {
                warnings.append(.delimiter(table.delimiter, expected: own))
            }
            if table.delimiter != own { layout = .csv(delimiter: table.delimiter) }
        } else if source == "-", layout == .lines, format.form == .auto, !format.linesAreDocuments {
            let delimiter = try Self.opening(of: &stream) { delimiterOfHeader($0, isLast: $1, format) }
            if let delimiter { warnings.append(.looksLikeHeader(delimiter: delimiter)) }
        }
        self.stream = consume stream
        self.layout = layout
        self.line = line
        self.warnings = warnings
    }

    var source: String { stream.source }

    /// A reader of the source's records.
    consuming func records(_ format: InputFormat) -> RecordReader {
        RecordReader(
            stream, layout: layout, line: line, hasHeader: layout.hasColumns && format.hasHeader, longest: format.longestRecord,
            addedFields: format.addedColumns?.count ?? 0)
    }

    /// The layout, apart from a table's delimiter.
    private static func layout(
        of stream: inout ByteStream, _ named: NamedForm, _ format: InputFormat, _ warnings: inout [InputWarning.Kind]
    ) throws(CorpusError) -> Layout {
        switch format.form {
        case .csv: return .csv(delimiter: comma)
        case .tsv: return .tsv
        case .jsonl: return .jsonLines
        case .lines: return .lines
        case .text: return .wholeFile
        case .fastText: return .fastText
        case .json, .labelStudio, .argilla, .prodigy, .doccano, .auto: break
        }
        let expectsJSON = format.form != .auto || named.isJSON
        switch try opening(of: &stream, Content.init) {
        case .jsonLines:
            if !expectsJSON, named != .standardInput { warnings.append(.jsonRows(isArray: false)) }
            return .jsonLines
        case .jsonArray:
            if !expectsJSON || format.form == .auto && named == .jsonLines, named != .standardInput {
                warnings.append(.jsonRows(isArray: true))
            }
            return .jsonArray
        case .otherArray where format.form != .auto || named == .json: return .jsonArray
        case .objectOverLines where expectsJSON: throw .objectOverLines(source: stream.source)
        case .fastText where named == .text || named == .standardInput:
            warnings.append(.export("a fastText file"))
            return .fastText
        case .otherArray, .objectOverLines, .fastText, .other: break
        }
        if expectsJSON { return .jsonLines }
        switch named {
        case .csv: return .csv(delimiter: comma)
        case .tsv: return .tsv
        case .standardInput: return .lines
        case .text, .jsonLines, .json: return format.linesAreDocuments ? .lines : .wholeFile
        }
    }

    /// Reads on until `recognize` has an answer about the first bytes. It is told when there are no more.
    private static func opening<Answer>(
        of stream: inout ByteStream, _ recognize: (UnsafeBufferPointer<UInt8>, Bool) -> Answer?
    ) throws(CorpusError) -> Answer {
        while true {
            let bytes = UnsafeBufferPointer(rebasing: stream.unread.prefix(longestOpening))
            let isLast = bytes.count == longestOpening || stream.isAtEnd
            if let answer = recognize(bytes, isLast) { return answer }
            precondition(!isLast, "there must be an answer about a whole source")
            try stream.readMore()
        }
    }
}

/// The delimiter with which the first line has the wanted text columns among others; a nil answer if there is none, nil if more bytes are
/// needed.
private func delimiterOfHeader(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, _ format: InputFormat) -> UInt8?? {
    guard let end = firstIndex(of: lineFeed, in: bytes, from: 0) ?? (isLast ? bytes.count : nil) else { return nil }
    let endsInPair = end > 0 && bytes[end - 1] == carriageReturn
    let line = UnsafeBufferPointer(rebasing: bytes[..<(endsInPair ? end - 1 : end)])
    let wanted = format.textColumns.isEmpty ? ["text"] : format.textColumns
    let found = knownDelimiters.first { delimiter in
        let names = fieldTexts(of: line, delimiter: delimiter)
        return names.count > 1 && wanted.allSatisfy { !columns(named: $0, in: names).isEmpty }
    }
    return .some(found)
}
