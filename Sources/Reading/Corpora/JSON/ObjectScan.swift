/// The index after the `}` that closes the JSON object at the beginning of `bytes`, found by braces and strings; nil if `bytes` end first.
/// What is between the braces is not checked.
func endOfObject(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    let (opening, closing) = (UInt8(ascii: "{"), UInt8(ascii: "}"))
    var (at, depth) = (0, 0)
    var isInString = false
    while true {
        at =
            isInString
            ? firstOf(quote, backslash, quote, backslash, in: bytes, from: at)
            : firstOf(quote, opening, closing, quote, in: bytes, from: at)
        guard at < bytes.count else { return nil }
        switch bytes[at] {
        case quote: isInString.toggle()
        case backslash: at = min(at + 1, bytes.count - 1)
        case opening: depth += 1
        default: depth -= 1
        }
        at += 1
        if depth == 0 { return at }
    }
}
