#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

let tab = UInt8(ascii: "\t")
let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")
let quote = UInt8(ascii: "\"")
let comma = UInt8(ascii: ",")

func firstIndex(of byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from: Int) -> Int? {
    guard from < bytes.count, let base = bytes.baseAddress, let found = memchr(base + from, Int32(byte), bytes.count - from) else {
        return nil
    }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
}

/// The first of four bytes from `from` on, or the end.
@inline(__always)
func firstOf(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from: Int) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    let raw = UnsafeRawPointer(base)
    let ones: UInt64 = 0x0101_0101_0101_0101
    // The top bit of each byte of `word` that equals `byte`; borrows may add bits, but only above the first true one.
    func matches(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        let differences = word ^ (ones &* UInt64(byte))
        return (differences &- ones) & ~differences & (ones << 7)
    }
    var at = from
    while at + 8 <= bytes.count {
        let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
        let hits = matches(word, a) | matches(word, b) | matches(word, c) | matches(word, d)
        if hits != 0 { return at + hits.trailingZeroBitCount / 8 }
        at += 8
    }
    while at < bytes.count, base[at] != a, base[at] != b, base[at] != c, base[at] != d { at += 1 }
    return at
}

/// How many lines end in `bytes`, and where the line after the last of them begins.
func lines(in bytes: UnsafeBufferPointer<UInt8>, endingAtReturn: Bool) -> (count: Int, lastStart: Int) {
    var (count, lastStart) = (0, 0)
    let ending = endingAtReturn ? carriageReturn : lineFeed
    var at = firstOf(lineFeed, ending, lineFeed, ending, in: bytes, from: 0)
    while at < bytes.count {
        let isFirstOfTwo = bytes[at] == carriageReturn && at + 1 < bytes.count && bytes[at + 1] == lineFeed
        if !isFirstOfTwo { count += 1 }
        lastStart = at + 1
        at = firstOf(lineFeed, ending, lineFeed, ending, in: bytes, from: lastStart)
    }
    return (count, lastStart)
}
