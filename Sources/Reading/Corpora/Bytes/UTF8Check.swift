/// The offset of the first byte that is NUL or does not start a valid UTF-8 character; nil if all bytes are text.
func firstByteThatIsNotText(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    let count = bytes.count
    guard count > 0, let base = bytes.baseAddress else { return nil }
    let raw = UnsafeRawPointer(base)
    let ones: UInt64 = 0x0101_0101_0101_0101
    var at = 0
    while at < count {
        // Check 32 bytes, then 8 bytes at a time: a byte that is 0 borrows into its top bit, a byte above 0x7F has it set.
        func topBits(_ offset: Int) -> UInt64 {
            let word = raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            return (word &- ones) | word
        }
        while at + 32 <= count, (topBits(at) | topBits(at + 8) | topBits(at + 16) | topBits(at + 24)) & (ones << 7) == 0 { at += 32 }
        while at + 8 <= count, topBits(at) & (ones << 7) == 0 { at += 8 }
        // Then character by character, through at least the next eight bytes.
        let next = min(at + 8, count)
        while at < next {
            let byte = base[at]
            if byte < 0x80 {
                guard byte != 0 else { return at }
                at += 1
            } else {
                let length = lengthOfCharacter(base + at, count - at)
                guard length > 0 else { return at }
                at += length
            }
        }
    }
    return nil
}

/// The length of the valid multi-byte UTF-8 character at `bytes`, 0 if there is none (Unicode 16, table 3-7).
@inline(__always)
private func lengthOfCharacter(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
    func continues(_ index: Int) -> Bool { index < count && bytes[index] & 0xC0 == 0x80 }
    switch bytes[0] {
    case 0xC2...0xDF:
        return continues(1) ? 2 : 0
    case 0xE0...0xEF:
        guard continues(1), continues(2) else { return 0 }
        if bytes[0] == 0xE0, bytes[1] < 0xA0 { return 0 }
        if bytes[0] == 0xED, bytes[1] > 0x9F { return 0 }
        return 3
    case 0xF0...0xF4:
        guard continues(1), continues(2), continues(3) else { return 0 }
        if bytes[0] == 0xF0, bytes[1] < 0x90 { return 0 }
        if bytes[0] == 0xF4, bytes[1] > 0x8F { return 0 }
        return 4
    default:
        return 0
    }
}
