import TenorFiles

/// Reads the records of a source one at a time and checks that each is valid text. A record is a table row with its fields, or a line,
/// which has one field, or an object of a JSON array.
///
/// Blank lines, and rows of a table that are nothing but delimiters, are skipped and not counted as records. A byte order mark before a
/// quoted field or an object is left out: files that were joined have some.
struct RecordReader: ~Copyable {
    private var stream: ByteStream
    private let layout: Layout
    private let longest: Int
    /// How many empty fields to add to rows of delimiters, which are passed over.
    private let addedFields: Int
    /// How many fields a row needs, once known.
    var neededFields: Int?
    /// The fields of the current record, as offsets into it.
    private(set) var fields: [Field] = []
    /// 1-based; a header is 0.
    private(set) var record: Int
    /// The file line where the current record begins.
    private(set) var line: Int
    /// How many characters stand before the current record in its line; only objects of an array have some.
    private var charactersBefore = 0
    /// The size of the current record, which is consumed when the next is requested.
    private var length = 0
    private var lineCount = 0
    private var evidence = QuoteEvidence()
    private var array = ArrayScan()

    /// `line`: the line where `stream` stands.
    init(_ stream: consuming ByteStream, layout: Layout, line: Int, hasHeader: Bool, longest: Int, addedFields: Int) {
        self.stream = stream
        self.addedFields = addedFields
        self.line = line
        record = hasHeader ? -1 : 0
        self.layout = layout
        self.longest = longest
    }

    var source: String { stream.source }

    var digest: SHA256? { stream.digest }

    /// The bytes of the current record. Valid until the next is requested.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: stream.unread[..<length]) }

    /// About how many bytes of the file stand before the current record.
    var position: Double { stream.position }

    /// How the text of the source is encoded.
    var encoding: OriginalEncoding { OriginalEncoding(stream.encoding, isBigEndian: stream.isBigEndian) }

    /// Whether each field of the current record is quoted.
    var isQuoted: Bool { layout.hasColumns && fields.allSatisfy { $0.start > 0 && bytes[$0.start - 1] == quote } }

    /// The current record, with what was left behind before it since the last call.
    mutating func takeOriginal() -> OriginalRow {
        let last = layout.hasKeys ? bytes.lastIndex(of: UInt8(ascii: "}")) : nil
        return OriginalRow(
            before: stream.takePassed(), bytes: Array(bytes), end: last ?? lengthWithoutLineEnd(bytes), isQuoted: isQuoted)
    }

    /// What was left behind since the last record, at the end of the source.
    mutating func takeRemainder() -> [UInt8] { stream.takePassed() }

    /// Decodes the current record's field at `column`.
    func text(of column: Int) -> String { TenorReading.text(of: fields[column], in: bytes) }

    /// Decodes several fields and joins them with a space.
    func text(of columns: [Int]) -> String {
        columns.count == 1 ? text(of: columns[0]) : TenorReading.text(of: columns.map { fields[$0] }, in: bytes)
    }

    /// Advances to the next record; false at the end.
    ///
    /// After an error that is confined to its record, the next call continues with the record after it.
    mutating func next() throws(CorpusError) -> Bool {
        leaveBehind()
        guard try findBeginning() else { return false }
        record += 1
        while true {
            let bytes = stream.unread
            switch scan(bytes) {
            case .needsMore:
                if bytes.count >= longest { throw error(.tooLong(limit: longest), at: 0) }
                try stream.readMore()
            case .record(let length, _) where isRowOfDelimiters:
                leaveRowOfDelimitersBehind(length)
                guard try findBeginning() else {
                    record -= 1
                    return false
                }
            case .record(let length, let mayHoldLineEnds):
                let whole = UnsafeBufferPointer(rebasing: bytes[..<length])
                self.length = length
                lineCount = mayHoldLineEnds ? lines(in: whole, endingAtReturn: layout.endsLinesAtReturn).count : 1
                if length > longest { throw error(.tooLong(limit: longest), at: 0) }
                if let at = firstByteThatIsNotText(whole) { throw error(notText(whole, at), at: at) }
                if let needed = neededFields, fields.count != needed {
                    throw error(.fieldCount(found: fields.count, needed: needed), at: nil)
                }
                return true
            case .fault(let fault, let at):
                let found = error(fault, at: at)
                try skipLine(from: at)
                throw found
            }
        }
    }

    /// Whether the next line is already buffered.
    var holdsLine: Bool { firstIndex(of: lineFeed, in: stream.unread, from: length) != nil }

    /// Makes the rest of the source one record, which may be empty.
    mutating func takeRest() throws(CorpusError) {
        while true {
            if stream.unread.count > longest { throw error(.fileTooLong(limit: longest), at: nil) }
            if stream.isAtEnd { break }
            try stream.readMore()
        }
        length = stream.unread.count
        if let at = firstByteThatIsNotText(bytes) { throw error(notText(bytes, at), at: at) }
    }

    /// An error in the current record: at `offset`, or in the whole record if nil.
    func error(_ fault: RecordFault, at offset: Int?) -> CorpusError {
        let number = layout == .wholeFile || record == 0 ? nil : record
        guard let offset else { return .badRecord(source: source, Place(record: number, line: line), fault) }
        let before = UnsafeBufferPointer(rebasing: stream.unread[..<offset])
        let (ended, lastStart) = lines(in: before, endingAtReturn: layout.endsLinesAtReturn)
        let column = characters(in: before[lastStart...]) + (ended == 0 ? charactersBefore : 0) + 1
        return .badRecord(source: source, Place(record: number, line: line + ended, column: column), fault)
    }

    /// Whether the fields are those of a row without any text or quote.
    private var isRowOfDelimiters: Bool { layout.hasColumns && fields.count > 1 && fields[fields.count - 1].end == fields.count - 1 }

    private mutating func leaveBehind() {
        if layout == .jsonArray {
            pass(length)
        } else {
            stream.leaveRecordBehind(length)
            line += lineCount
        }
        (length, lineCount) = (0, 0)
    }

    private mutating func leaveRowOfDelimitersBehind(_ length: Int) {
        let end = lengthWithoutLineEnd(UnsafeBufferPointer(rebasing: stream.unread[..<length]))
        stream.leaveBehind(end)
        if let delimiter = layout.delimiter { stream.addPassed(repeatElement(delimiter, count: addedFields)) }
        stream.leaveBehind(length - end)
        line += 1
    }

    /// Leaves `count` bytes of an array behind, and keeps count of lines and characters.
    private mutating func pass(_ count: Int) {
        let passed = UnsafeBufferPointer(rebasing: stream.unread[..<count])
        let (ended, lastStart) = lines(in: passed, endingAtReturn: false)
        line += ended
        charactersBefore = characters(in: passed[lastStart...]) + (ended == 0 ? charactersBefore : 0)
        stream.leaveBehind(count)
    }

    private func characters(in bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int { bytes.count { $0 & 0xC0 != 0x80 } }

    /// Skips to the next object of an array; false at the end of the source.
    private mutating func findObject() throws(CorpusError) -> Bool {
        while true {
            let (found, at) = array.advance(over: stream.unread)
            pass(at)
            switch found {
            case .object: return true
            case .endOfBytes where !stream.isAtEnd: try stream.readMore()
            case .endOfBytes where array.isComplete: return false
            case .endOfBytes, .fault:
                record += 1
                if case .fault(let problem) = found { throw error(.brokenArray(problem), at: 0) }
                throw error(.brokenArray("the closing ']' is missing"), at: 0)
            }
        }
    }

    /// Skips what may stand before a record; false at the end of the source.
    private mutating func findBeginning() throws(CorpusError) -> Bool {
        if layout == .jsonArray { return try findObject() }
        while true {
            let bytes = stream.unread
            guard let first = bytes.first else {
                if stream.isAtEnd { return false }
                try stream.readMore()
                continue
            }
            if first == byteOrderMark[0], let opening = layout.opening {
                if bytes.count <= byteOrderMark.count, !stream.isAtEnd {
                    try stream.readMore()
                    continue
                }
                let isBeforeOpening = bytes.starts(with: byteOrderMark) && bytes.dropFirst(byteOrderMark.count).first == opening
                if isBeforeOpening { stream.leaveBehind(byteOrderMark.count) }
                return true
            }
            guard first == lineFeed || first == carriageReturn else { return true }
            guard let end = lineEnd(0, in: bytes, isLast: stream.isAtEnd) else {
                try stream.readMore()
                continue
            }
            if first == carriageReturn, end == 1, !layout.endsLinesAtReturn { return true }
            stream.leaveBehind(end)
            line += 1
        }
    }

    private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> FieldScan {
        switch layout {
        case .csv(let delimiter): scanCSV(bytes, delimiter: delimiter, isLast: stream.isAtEnd, into: &fields)
        case .tsv:
            scanTSV(
                UnsafeBufferPointer(rebasing: bytes.prefix(longest)), isLast: stream.isAtEnd && bytes.count <= longest,
                isTooLong: bytes.count >= longest, isHeader: record == 0, needed: neededFields, &evidence, into: &fields)
        case .jsonArray: scanObject(bytes)
        case .jsonLines, .lines, .fastText, .wholeFile: scanLine(bytes)
        }
    }

    private mutating func scanLine(_ bytes: UnsafeBufferPointer<UInt8>) -> FieldScan {
        guard let end = firstIndex(of: lineFeed, in: bytes, from: 0) ?? (stream.isAtEnd ? bytes.count : nil) else { return .needsMore }
        let endsInPair = end > 0 && end < bytes.count && bytes[end - 1] == carriageReturn
        fields.removeAll(keepingCapacity: true)
        fields.append(Field(start: 0, end: endsInPair ? end - 1 : end))
        return .record(length: min(end + 1, bytes.count), mayHoldLineEnds: false)
    }

    private mutating func scanObject(_ bytes: UnsafeBufferPointer<UInt8>) -> FieldScan {
        guard let end = endOfObject(in: bytes) else {
            return stream.isAtEnd ? .fault(.brokenArray("an object is never closed"), at: 0) : .needsMore
        }
        fields.removeAll(keepingCapacity: true)
        fields.append(Field(start: 0, end: end))
        return .record(length: end, mayHoldLineEnds: false)
    }

    /// Ends the current record after the line that contains the byte at `offset`.
    private mutating func skipLine(from offset: Int) throws(CorpusError) {
        while true {
            let bytes = stream.unread
            if let end = bytes[offset...].firstIndex(where: { $0 == lineFeed || $0 == carriageReturn }) {
                if let ending = lineEnd(end, in: bytes, isLast: stream.isAtEnd) {
                    length = end + ending
                    break
                }
            } else if stream.isAtEnd {
                length = bytes.count
                break
            }
            if bytes.count >= longest { throw error(.tooLong(limit: longest), at: 0) }
            try stream.readMore()
        }
        lineCount = lines(in: UnsafeBufferPointer(rebasing: stream.unread[..<length]), endingAtReturn: layout.endsLinesAtReturn).count
    }

    /// The fault for the byte at `at`, which does not start a valid character.
    private func notText(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> RecordFault {
        let byte = bytes[at]
        if byte == 0 { return .nul }
        guard stream.encoding == .utf16 else { return .invalidByte(byte, stream.encoding) }
        guard byte == 0xED, at + 2 < bytes.count else { return .halfUnit }
        return .loneSurrogate(0xD000 | UInt16(bytes[at + 1] & 0x3F) << 6 | UInt16(bytes[at + 2] & 0x3F))
    }
}
