import TenorFiles

let tab = UInt8(ascii: "\t")
let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")
let quote = UInt8(ascii: "\"")
let comma = UInt8(ascii: ",")
let backslash = UInt8(ascii: "\\")

func firstIndex(of byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from: Int) -> Int? {
    guard from < bytes.count, let base = bytes.baseAddress, let found = memchr(base + from, Int32(byte), bytes.count - from) else {
        return nil
    }
    return UnsafeRawPointer(found) - UnsafeRawPointer(base)
}

/// The index of the first byte from `from` on that equals any of the four, or the end.
@inline(__always)
func firstOf(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from: Int) -> Int {
    firstHit(in: bytes, from: from) { $0.equal(to: a) | $0.equal(to: b) | $0.equal(to: c) | $0.equal(to: d) }
}

/// The index of the first match from `from` on, or the end. `hits` sets the top bit of each matching byte, and may set bits above the first
/// match.
@inline(__always)
func firstHit(in bytes: UnsafeBufferPointer<UInt8>, from: Int, _ hits: (EightBytes) -> UInt64) -> Int {
    var at = from
    while at + 8 <= bytes.count {
        let word = UnsafeRawPointer(bytes.baseAddress!).loadUnaligned(fromByteOffset: at, as: UInt64.self)
        let found = hits(EightBytes(UInt64(littleEndian: word)))
        if found != 0 { return at + found.trailingZeroBitCount / 8 }
        at += 8
    }
    var last: UInt64 = 0
    for index in at..<bytes.count { last |= UInt64(bytes[index]) << UInt64(8 * (index - at)) }
    // A match in the padding of the last word also means the end.
    return min(at + hits(EightBytes(last)).trailingZeroBitCount / 8, bytes.count)
}

/// The number of lines that end in `bytes`, and where the line after the last of them begins.
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
