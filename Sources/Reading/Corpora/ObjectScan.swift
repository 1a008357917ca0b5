/// Finds the end of a JSON object by its braces and strings. What is between them is not checked.
struct ObjectScan {
    /// Whether the bytes that were scanned end in a string.
    private(set) var isInString = false

    /// The index after the `}` that closes the object at the beginning of `bytes`; nil if `bytes` end first.
    mutating func end(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        let (opening, closing) = (UInt8(ascii: "{"), UInt8(ascii: "}"))
        var (at, depth) = (0, 0)
        isInString = false
        while true {
            if isInString {
                at = firstOf(quote, backslash, quote, backslash, in: bytes, from: at)
                guard at < bytes.count else { return nil }
                isInString = bytes[at] == backslash
                at = min(at + (isInString ? 2 : 1), bytes.count)
            } else {
                at = firstOf(quote, opening, closing, quote, in: bytes, from: at)
                guard at < bytes.count else { return nil }
                switch bytes[at] {
                case opening: depth += 1
                case closing: depth -= 1
                default: isInString = true
                }
                at += 1
                if depth == 0 { return at }
            }
        }
    }
}
