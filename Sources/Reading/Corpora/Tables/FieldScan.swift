/// The result of scanning bytes from the start of a record.
enum FieldScan {
    /// A complete record of `length` bytes, including its line end.
    case record(length: Int, mayHoldLineEnds: Bool)
    /// The bytes end before the record does.
    case needsMore
    case fault(RecordFault, at: Int)
}

/// Finds the fields of the record at the beginning of `bytes` per RFC 4180, but with any delimiter; LF or CR alone also ends a line.
///
/// `isLast`: the source ends where `bytes` end.
func scanCSV(_ bytes: UnsafeBufferPointer<UInt8>, delimiter: UInt8, isLast: Bool, into fields: inout [Field]) -> FieldScan {
    let count = bytes.count
    var at = 0
    var hasQuotes = false
    fields.removeAll(keepingCapacity: true)
    while true {
        if at < count, bytes[at] == quote {
            let opening = at
            hasQuotes = true
            guard case (let closing?, let doubled) = closingQuote(of: opening, in: bytes) else {
                return isLast ? .fault(.unterminatedQuote, at: opening) : .needsMore
            }
            fields.append(Field(start: opening + 1, end: closing, hasDoubledQuotes: doubled))
            at = closing + 1
        } else {
            let start = at
            at = firstOf(delimiter, quote, lineFeed, carriageReturn, in: bytes, from: at)
            fields.append(Field(start: start, end: at))
        }
        // More bytes could extend an unquoted field, add a line end, or turn a closing quote into a doubled quote.
        if at == count { return isLast ? .record(length: at, mayHoldLineEnds: hasQuotes) : .needsMore }
        switch bytes[at] {
        case delimiter:
            at += 1
        case lineFeed, carriageReturn:
            guard let length = lineEnd(at, in: bytes, isLast: isLast) else { return .needsMore }
            return .record(length: at + length, mayHoldLineEnds: hasQuotes)
        case quote:
            return .fault(.quoteInUnquotedField, at: at)
        default:
            return .fault(.textAfterQuote, at: at)
        }
    }
}

/// The quote that closes the one at `opening` (nil if `bytes` end first), and whether there are doubled quotes in between.
func closingQuote(of opening: Int, in bytes: UnsafeBufferPointer<UInt8>) -> (Int?, hasDoubled: Bool) {
    var doubled = false
    var from = opening + 1
    while let closing = firstIndex(of: quote, in: bytes, from: from) {
        guard closing + 1 < bytes.count, bytes[closing + 1] == quote else { return (closing, doubled) }
        doubled = true
        from = closing + 2
    }
    return (nil, doubled)
}

/// The length of a record without its line end, if it has one.
func lengthWithoutLineEnd(_ record: UnsafeBufferPointer<UInt8>) -> Int {
    var end = record.count
    if end > 0, record[end - 1] == lineFeed { end -= 1 }
    if end > 0, record[end - 1] == carriageReturn { end -= 1 }
    return end
}

/// The length of the line end at `at`; nil if `bytes` end in a carriage return that a line feed may follow.
func lineEnd(_ at: Int, in bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Int? {
    guard bytes[at] == carriageReturn else { return 1 }
    if at + 1 == bytes.count { return isLast ? 1 : nil }
    return bytes[at + 1] == lineFeed ? 2 : 1
}
