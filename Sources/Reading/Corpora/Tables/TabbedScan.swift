/// Finds the fields of the tab-separated record at the beginning of `bytes`.
///
/// A field is quoted if its first byte is a quote and the quote that closes it, doubled ones skipped, is followed by a tab, a line end or
/// the end of the file. It may hold tabs and line ends, as in Python's `excel-tab` dialect. All other quotes are text.
///
/// Many files are written without any quoting. There, a quote that opens a text may pair with a quote that ends another text some lines
/// below. So if a quoted field would contain line ends, the lines are also read one by one:
///
/// 1. If only the quoted reading gives every record its `needed` fields, it is taken.
/// 2. Otherwise `evidence` of this and earlier records decides, if it is all of one kind.
/// 3. Otherwise, if only the lines have the needed fields, each is a record.
/// 4. Otherwise the record is a fault, because one of the readings would be silently wrong.
///
/// A quote that opens a field and is never closed is text if it is in the last line. Earlier, it is a fault, unless the evidence says that
/// all quotes are text.
///
/// - Parameters:
///   - isLast: The source ends where `bytes` end.
///   - isTooLong: No more bytes may be read: the record would exceed the limit.
///   - needed: The number of fields every record has. If nil: as many as the first line has.
func scanTSV(
    _ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, isTooLong: Bool, isHeader: Bool, needed: Int?, _ evidence: inout QuoteEvidence,
    into fields: inout [Field]
) -> FieldScan {
    var seen = evidence
    let isLiteral = evidence.isLiteral && !evidence.isQuoted
    guard let cut = cutAtTabs(bytes, isLast: isLast, allowsUnclosed: isLast || isTooLong && isLiteral, &seen, into: &fields),
        let length = recordLength(cut.end, bytes, isLast: isLast)
    else { return .needsMore }
    if isHeader, cut.hasQuotedField { seen.isQuoted = true }

    if let opening = cut.unclosed, seen.isQuoted || !seen.isLiteral {
        let isInLastLine = bytes[length...].allSatisfy { $0 == lineFeed || $0 == carriageReturn }
        if !isInLastLine { return .fault(.unterminatedQuote, at: opening) }
    }
    guard let opening = cut.fieldWithLineEnds else {
        evidence = seen
        return .record(length: length, mayHoldLineEnds: false)
    }

    let lines = readLineByLine(UnsafeBufferPointer(rebasing: bytes[..<cut.end]), needed: needed)
    let fitsQuoted = needed == nil || fields.count == needed
    let isQuoted: Bool
    switch (fitsQuoted, lines.fit) {
    case (true, false): isQuoted = true
    case _ where seen.isQuoted != seen.isLiteral: isQuoted = seen.isQuoted
    case (false, true): isQuoted = false
    default: return .fault(.ambiguousQuote(rows: lines.count), at: opening)
    }
    if isQuoted {
        seen.isQuoted = true
        evidence = seen
        return .record(length: length, mayHoldLineEnds: true)
    }
    let end = endOfLine(in: bytes, from: 0)
    _ = cutAtTabs(UnsafeBufferPointer(rebasing: bytes[..<end]), isLast: true, allowsUnclosed: true, &evidence, into: &fields)
    guard let length = recordLength(end, bytes, isLast: isLast) else { return .needsMore }
    return .record(length: length, mayHoldLineEnds: false)
}

/// The result of cutting a record at its tabs. `end` is the record's end without its line end.
private struct TabbedCut {
    var end = 0
    var hasQuotedField = false
    /// Where the first quoted field that contains line ends begins.
    var fieldWithLineEnds: Int?
    /// Where the first field begins that starts with a quote and has no closing quote.
    var unclosed: Int?
}

/// Cuts `bytes` at tabs up to the first line end outside quoted fields; nil if more bytes are needed to decide.
private func cutAtTabs(
    _ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, allowsUnclosed: Bool, _ evidence: inout QuoteEvidence, into fields: inout [Field]
) -> TabbedCut? {
    let count = bytes.count
    var cut = TabbedCut()
    var at = 0
    fields.removeAll(keepingCapacity: true)
    while true {
        let start = at
        var field: Field?
        if start < count, bytes[start] == quote {
            let (closing, doubled) = closingQuote(of: start, in: bytes)
            if closing == count - 1, !isLast { return nil }
            if let closing {
                if closing + 1 == count || endsTabbedField(bytes[closing + 1]) {
                    field = Field(start: start + 1, end: closing, hasDoubledQuotes: doubled)
                    cut.hasQuotedField = true
                    if doubled { evidence.isQuoted = true }
                    let holdsLineEnd = endOfLine(in: UnsafeBufferPointer(rebasing: bytes[..<closing]), from: start) < closing
                    if holdsLineEnd, cut.fieldWithLineEnds == nil { cut.fieldWithLineEnds = start }
                } else {
                    evidence.isLiteral = true
                }
            } else if allowsUnclosed {
                cut.unclosed = cut.unclosed ?? start
            } else {
                return nil
            }
            at = field.map { $0.end + 1 } ?? start + 1
        }
        if field == nil {
            at = firstOf(tab, lineFeed, carriageReturn, quote, in: bytes, from: at)
            while at < count, bytes[at] == quote {
                evidence.isLiteral = true
                at = firstOf(tab, lineFeed, carriageReturn, quote, in: bytes, from: at + 1)
            }
        }
        fields.append(field ?? Field(start: start, end: at))
        if at == count, !isLast { return nil }
        if at == count || bytes[at] != tab {
            cut.end = at
            return cut
        }
        at += 1
    }
}

/// The number of non-blank lines in `bytes`, and whether each has the needed number of fields when read as its own record.
private func readLineByLine(_ bytes: UnsafeBufferPointer<UInt8>, needed: Int?) -> (count: Int, fit: Bool) {
    var (count, fit) = (0, true)
    var needed = needed
    var fields: [Field] = []
    var evidence = QuoteEvidence()
    var start = 0
    while start < bytes.count {
        let end = endOfLine(in: bytes, from: start)
        if end > start {
            let line = UnsafeBufferPointer(rebasing: bytes[start..<end])
            _ = cutAtTabs(line, isLast: true, allowsUnclosed: true, &evidence, into: &fields)
            count += 1
            needed = needed ?? fields.count
            if fields.count != needed { fit = false }
        }
        start = end + 1
    }
    return (count, fit)
}

private func endOfLine(in bytes: UnsafeBufferPointer<UInt8>, from: Int) -> Int {
    firstOf(lineFeed, carriageReturn, lineFeed, carriageReturn, in: bytes, from: from)
}

/// The length of the record that ends at `end`, including its line end; nil if more bytes are needed to decide.
private func recordLength(_ end: Int, _ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Int? {
    if end == bytes.count { return end }
    return lineEnd(end, in: bytes, isLast: isLast).map { end + $0 }
}

private func endsTabbedField(_ byte: UInt8) -> Bool { byte == tab || byte == lineFeed || byte == carriageReturn }
