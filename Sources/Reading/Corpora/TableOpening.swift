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
    /// 3. one with which the first record has the wanted columns: with a header, first the form's own if it occurs in the header, then the
    ///    others that occur, most frequent first, then the form's own. Without a header the form's own comes first;
    /// 4. with a header the first of that order, otherwise the form's own.
    ///
    /// A tab in the first line of a form whose own delimiter is a tab decides, before 3.
    ///
    /// - Parameters:
    ///   - bytes: The first bytes of the source.
    ///   - isLast: No more bytes can be had.
    ///   - own: The delimiter that the form says: a comma, or a tab.
    init?(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, own: UInt8, _ format: InputFormat, wantsLabels: Bool) {
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
        guard let record = FirstRecord(bytes, isLast: isLast) else { return nil }
        delimiter = record.delimiter(own: own, format, wantsLabels: wantsLabels)
    }
}

/// The delimiters that are recognized.
let knownDelimiters: [UInt8] = [comma, UInt8(ascii: ";"), tab, UInt8(ascii: "|")]

/// The first record of a table whose delimiter is not known yet: up to a line end outside quotes.
private struct FirstRecord {
    private let bytes: UnsafeBufferPointer<UInt8>
    /// How often each known delimiter occurs outside quotes.
    private let counts: [UInt8: Int]

    /// Nil if more bytes are needed.
    init?(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) {
        let start = bytes.firstIndex { !isLineEnd($0) } ?? bytes.count
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        var end: Int?
        for at in start..<bytes.count {
            let byte = bytes[at]
            if byte == quote { isQuoted.toggle() }
            if isQuoted { continue }
            if isLineEnd(byte) {
                end = at
                break
            }
            if knownDelimiters.contains(byte) { counts[byte, default: 0] += 1 }
        }
        guard let end = end ?? (isLast ? bytes.count : nil) else { return nil }
        self.bytes = UnsafeBufferPointer(rebasing: bytes[start..<end])
        self.counts = counts
    }

    func delimiter(own: UInt8, _ format: InputFormat, wantsLabels: Bool) -> UInt8 {
        let others = knownDelimiters.filter { $0 != own && counts[$0] != nil }.sorted { counts[$0]! > counts[$1]! }
        let ownComesFirst = counts[own] != nil || !format.hasHeader
        let order = ownComesFirst ? [own] + others : others + [own]
        return order.first { hasColumns($0, format, wantsLabels: wantsLabels) } ?? order[0]
    }

    private func hasColumns(_ delimiter: UInt8, _ format: InputFormat, wantsLabels: Bool) -> Bool {
        let names = fieldTexts(of: bytes, delimiter: delimiter)
        let columns = try? Columns(
            format, names: format.hasHeader ? names : nil, count: names.count, wantsLabels: wantsLabels, source: "")
        return columns != nil
    }
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
