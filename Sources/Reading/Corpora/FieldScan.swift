/// Where a field's bytes lie within its record, quotes around it left off.
struct Field {
    var start: Int
    var end: Int
    /// Whether a doubled quote stands in it for one.
    var hasDoubledQuotes = false
}

/// What a scan of the bytes from the beginning of a record finds.
enum FieldScan {
    /// A whole record of `length` bytes, its line end included.
    case record(length: Int, mayHoldLineEnds: Bool)
    /// The bytes end before the record does.
    case needsMore
    case fault(RecordFault, at: Int)
}

/// Finds the fields of the record at the beginning of `bytes` by RFC 4180; a line may also end in LF or CR alone.
///
/// `isLast` says that the source ends where `bytes` do.
func scanCSV(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, into fields: inout [Field]) -> FieldScan {
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
            at = firstOf(comma, quote, lineFeed, carriageReturn, in: bytes, from: at)
            fields.append(Field(start: start, end: at))
        }
        // More may come: of an unquoted field, of a line end, or the second half of what is then a doubled quote.
        if at == count { return isLast ? .record(length: at, mayHoldLineEnds: hasQuotes) : .needsMore }
        switch bytes[at] {
        case comma:
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

/// The quote that closes the one at `opening`, and whether doubled ones stand between; none where `bytes` end before it.
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

/// The length of the line end at `at`; nil where a carriage return is all there is and a line feed may follow.
func lineEnd(_ at: Int, in bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) -> Int? {
    guard bytes[at] == carriageReturn else { return 1 }
    if at + 1 == bytes.count { return isLast ? 1 : nil }
    return bytes[at + 1] == lineFeed ? 2 : 1
}
