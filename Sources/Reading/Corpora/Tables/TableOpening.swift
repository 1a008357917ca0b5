/// What the beginning of a table says about its delimiter.
struct TableOpening {
    /// What separates the fields.
    let delimiter: UInt8
    /// The length of Excel's line `sep=;`, which comes before the table; 0 if there is none.
    let preamble: Int

    /// Nil if more bytes are needed. A delimiter is, in this order:
    ///
    /// 1. the one that the format names;
    /// 2. the one in Excel's line `sep=;`;
    /// 3. without a header, the only known one that splits each of the first ten records into the same number of fields, more than one, if
    ///    there are two records or more;
    /// 4. the first with which the first record has the wanted columns. With a header these are tried: the form's own if it occurs in the
    ///    header, the others that occur, most frequent first, the form's own. Without a header the form's own is tried first. If columns
    ///    are wanted by number, another delimiter than the form's own must also give the second record as many fields as the first;
    /// 5. with a header the first that was tried, otherwise the form's own.
    ///
    /// A tab in the first line of a form whose own delimiter is a tab decides, before 3. Of a source that is written while it is read, only the first record is waited for, so 3 is left out.
    ///
    /// - Parameters:
    ///   - bytes: The first bytes of the source.
    ///   - isLast: No more bytes can be had.
    ///   - own: The delimiter that the form says: a comma, or a tab.
    ///   - isLive: Whether the source may still be written.
    init?(
        _ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, own: UInt8, _ format: InputFormat, wantsLabels: Bool, isLive: Bool
    ) {
        guard let firstEnd = bytes.firstIndex(where: isLineEnd) ?? (isLast ? bytes.count : nil) else { return nil }
        if let named = separator(in: bytes[..<firstEnd]) {
            guard let length = firstEnd == bytes.count ? 0 : lineEnd(firstEnd, in: bytes, isLast: isLast) else { return nil }
            (delimiter, preamble) = (format.delimiter ?? named, firstEnd + length)
            return
        }
        preamble = 0
        if let delimiter = format.delimiter {
            self.delimiter = delimiter
            return
        }
        // Quotes in a header are text if nothing is quoted, so they must not hide a tab.
        if own == tab, bytes[..<firstEnd].contains(tab) {
            delimiter = tab
            return
        }
        if !format.hasHeader, !isLive {
            guard let records = TableRecord.first(10, of: bytes, isLast: isLast) else { return nil }
            let fitting = knownDelimiters.filter { fieldCount(of: records, delimiter: $0) > 1 }
            if records.count > 1, fitting.count == 1 {
                delimiter = fitting[0]
                return
            }
        }
        guard let first = TableRecord(bytes, from: 0, isLast: isLast) else { return nil }
        let order = first.delimiters(own: own, hasHeader: format.hasHeader)
        for delimiter in order {
            let fields = fieldTexts(of: first.bytes, delimiter: delimiter)
            let wanted = WantedColumns(format, wantsLabels: wantsLabels)
            guard wanted.are(in: fields) else { continue }
            if delimiter != own, !wanted.areNamed(in: fields) {
                guard let second = TableRecord(bytes, from: first.end, isLast: isLast) else { return nil }
                guard second.bytes.isEmpty || fieldTexts(of: second.bytes, delimiter: delimiter).count == fields.count else { continue }
            }
            self.delimiter = delimiter
            return
        }
        delimiter = format.hasHeader ? order[0] : own
    }
}

/// The delimiters that are recognized.
let knownDelimiters: [UInt8] = [comma, UInt8(ascii: ";"), tab, UInt8(ascii: "|")]

/// A record of a table whose delimiter is not known yet: up to a line end outside quotes.
private struct TableRecord {
    /// Without the line end; empty at the end of the source.
    let bytes: UnsafeBufferPointer<UInt8>
    /// Where the line end is among all bytes.
    let end: Int
    /// How often each known delimiter occurs outside quotes.
    private let counts: [UInt8: Int]

    /// The record at `start`, after blank lines. Nil if more bytes are needed.
    init?(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, isLast: Bool) {
        let start = bytes[start...].firstIndex { !isLineEnd($0) } ?? bytes.count
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        var at = start
        while at < bytes.count, isQuoted || !isLineEnd(bytes[at]) {
            if bytes[at] == quote { isQuoted.toggle() }
            if !isQuoted, knownDelimiters.contains(bytes[at]) { counts[bytes[at], default: 0] += 1 }
            at += 1
        }
        guard at < bytes.count || isLast else { return nil }
        self.bytes = UnsafeBufferPointer(rebasing: bytes[start..<at])
        self.counts = counts
        end = at
    }

    /// At most the first `count` records, without the empty one at the end. Nil if more bytes are needed.
    static func first(_ count: Int, of bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> [TableRecord]? {
        var records: [TableRecord] = []
        while records.count < count {
            guard let record = TableRecord(bytes, from: records.last?.end ?? 0, isLast: isLast) else { return nil }
            if record.bytes.isEmpty { break }
            records.append(record)
        }
        return records
    }

    /// The delimiters to try, the likeliest first.
    func delimiters(own: UInt8, hasHeader: Bool) -> [UInt8] {
        let others = knownDelimiters.filter { $0 != own && counts[$0] != nil }.sorted { counts[$0]! > counts[$1]! }
        return counts[own] != nil || !hasHeader ? [own] + others : others + [own]
    }
}

/// The columns that are asked for, to be looked up in a first record.
private struct WantedColumns {
    let format: InputFormat
    let wantsLabels: Bool

    init(_ format: InputFormat, wantsLabels: Bool) { (self.format, self.wantsLabels) = (format, wantsLabels) }

    /// Whether a table that begins with these fields has them, by name or by number.
    func are(in fields: [String]) -> Bool {
        let columns = try? Columns(
            format, names: format.hasHeader ? fields : nil, count: fields.count, wantsLabels: wantsLabels, source: "")
        return columns != nil
    }

    /// Whether the fields are a header that has them all by name.
    func areNamed(in fields: [String]) -> Bool {
        let texts = format.textColumns.isEmpty ? ["text"] : format.textColumns
        let labels = wantsLabels ? format.labelColumns.isEmpty ? ["label"] : format.labelColumns : []
        return format.hasHeader && (texts + labels).allSatisfy { !columns(named: $0, in: fields).isEmpty }
    }
}

/// The number of fields into which a delimiter splits each of the records; 0 if they differ.
private func fieldCount(of records: [TableRecord], delimiter: UInt8) -> Int {
    let counts = Set(records.map { fieldTexts(of: $0.bytes, delimiter: delimiter).count })
    return counts.count == 1 ? counts.first! : 0
}

/// The decoded fields of a line or record; none if its quotes are invalid.
func fieldTexts(of bytes: UnsafeBufferPointer<UInt8>, delimiter: UInt8) -> [String] {
    var fields: [Field] = []
    guard case .record = scanCSV(bytes, delimiter: delimiter, isLast: true, into: &fields) else { return [] }
    return fields.map { text(of: $0, in: bytes) }
}

/// The delimiter that a line such as `sep=;` or `"sep=;"` names.
private func separator(in line: Slice<UnsafeBufferPointer<UInt8>>) -> UInt8? {
    var line = line
    if line.count == 7, line.first == quote, line.last == quote { line = line.dropFirst().dropLast() }
    guard line.count == 5, String(decoding: line.prefix(4), as: UTF8.self).lowercased() == "sep=", let last = line.last else { return nil }
    return isDelimiter(last) ? last : nil
}

/// Whether the byte can separate the fields of a table.
package func isDelimiter(_ byte: UInt8) -> Bool { byte > 0 && byte < 0x80 && byte != quote && !isLineEnd(byte) }

private func isLineEnd(_ byte: UInt8) -> Bool { byte == lineFeed || byte == carriageReturn }
