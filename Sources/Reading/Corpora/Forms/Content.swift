/// What the beginning of a source shows that its name may not say.
enum Content {
    /// The first line is a JSON object.
    case jsonLines
    /// An array that begins with an object.
    case jsonArray
    /// An array that begins with something else, or is empty.
    case otherArray
    /// The first line begins an object that goes on in the next.
    case objectOverLines
    /// The first line begins with a label as fastText writes it.
    case fastText
    case other

    /// Nil if more bytes are needed. `bytes` are the first of the source; `isLast`: no more can be had.
    init?(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool) {
        guard let start = firstInk(in: bytes, from: 0) else {
            if isLast { self = .other } else { return nil }
            return
        }
        switch bytes[start] {
        case UInt8(ascii: "{"):
            guard let end = firstIndex(of: lineFeed, in: bytes, from: start) ?? (isLast ? bytes.count : nil) else { return nil }
            var object = JSONLine(UnsafeBufferPointer(rebasing: bytes[start..<end]))
            if (try? object.members([])) != nil {
                self = .jsonLines
            } else {
                // Valid up to the end of the line.
                self = end < bytes.count && object.at == end - start ? .objectOverLines : .other
            }
        case UInt8(ascii: "["):
            guard let next = firstInk(in: bytes, from: start + 1) else {
                if isLast { self = .otherArray } else { return nil }
                return
            }
            guard bytes[next] == UInt8(ascii: "{") else {
                self = .otherArray
                return
            }
            guard let key = firstInk(in: bytes, from: next + 1) else {
                if isLast { self = .jsonArray } else { return nil }
                return
            }
            self = bytes[key] == quote || bytes[key] == UInt8(ascii: "}") ? .jsonArray : .otherArray
        case FastTextLine.prefix[0]:
            let (prefix, rest) = (FastTextLine.prefix, bytes[start...])
            if !isLast, rest.count <= prefix.count, prefix.starts(with: rest) { return nil }
            let hasLabel = rest.starts(with: prefix) && rest.count > prefix.count && !isWhiteSpace(rest[start + prefix.count])
            self = hasLabel ? .fastText : .other
        default:
            self = .other
        }
    }
}

/// The index of the first byte from `from` on that is not white space; nil if there is none.
private func firstInk(in bytes: UnsafeBufferPointer<UInt8>, from: Int) -> Int? {
    bytes[from...].firstIndex { $0 != 0x20 && $0 != tab && $0 != lineFeed && $0 != carriageReturn }
}
