/// Transcodes a source to UTF-8, one run of bytes at a time.
///
/// Invalid input becomes bytes that valid UTF-8 never has, so that one later check finds every fault and its position: an undefined byte is
/// copied as is (a continuation byte without a lead byte), a lone surrogate becomes its three-byte encoding, and an odd byte at the end
/// becomes 0xFF.
struct Transcoder {
    let encoding: TextEncoding
    private var isBigEndian = false
    private var isAtStart = true
    private var hasMark = false
    private var firstHalf: UInt8?
    private var highSurrogate: UInt16?

    init(_ encoding: TextEncoding) {
        self.encoding = encoding
    }

    /// The maximum number of output bytes for `count` input bytes.
    static func bound(_ count: Int) -> Int { 3 * count + 8 }

    /// Writes `bytes` as UTF-8 to `output` and returns the number of bytes written.
    mutating func write(_ bytes: UnsafeRawBufferPointer, to output: UnsafeMutablePointer<UInt8>) -> Int {
        var written = 0
        switch encoding {
        case .utf8:
            preconditionFailure("UTF-8 is read as it is")
        case .latin1:
            for byte in bytes { put(UInt32(byte), at: output, &written) }
        case .windows1252:
            for byte in bytes {
                let scalar = (0x80..<0xA0).contains(byte) ? UInt32(windows1252Controls[Int(byte) - 0x80]) : UInt32(byte)
                if scalar == 0, byte != 0 {
                    output[written] = byte
                    written += 1
                } else {
                    put(scalar, at: output, &written)
                }
            }
        case .utf16:
            for byte in bytes {
                guard let first = firstHalf else {
                    firstHalf = byte
                    continue
                }
                firstHalf = nil
                unit(isBigEndian ? UInt16(first) << 8 | UInt16(byte) : UInt16(byte) << 8 | UInt16(first), output, &written)
            }
        }
        return written
    }

    /// Whether a byte order mark was read and left out since the last call.
    mutating func takeMark() -> Bool {
        defer { hasMark = false }
        return hasMark
    }

    /// Writes what is pending at the end of the source and returns the number of bytes written.
    mutating func finish(to output: UnsafeMutablePointer<UInt8>) -> Int {
        var written = 0
        if let high = highSurrogate { put(UInt32(high), at: output, &written) }
        if firstHalf != nil {
            output[written] = 0xFF
            written += 1
        }
        highSurrogate = nil
        firstHalf = nil
        return written
    }

    private mutating func unit(_ unit: UInt16, _ output: UnsafeMutablePointer<UInt8>, _ written: inout Int) {
        if isAtStart {
            isAtStart = false
            isBigEndian = unit == 0xFFFE
            hasMark = unit == 0xFEFF || isBigEndian
            if hasMark { return }
        }
        if let high = highSurrogate {
            highSurrogate = nil
            if (0xDC00..<0xE000).contains(unit) {
                put(0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(unit) - 0xDC00), at: output, &written)
                return
            }
            put(UInt32(high), at: output, &written)
        }
        if (0xD800..<0xDC00).contains(unit) {
            highSurrogate = unit
        } else {
            put(UInt32(unit), at: output, &written)
        }
    }

    private func put(_ scalar: UInt32, at output: UnsafeMutablePointer<UInt8>, _ written: inout Int) {
        let end = output + written
        switch scalar {
        case ..<0x80:
            end[0] = UInt8(scalar)
            written += 1
        case ..<0x800:
            end[0] = UInt8(0xC0 | scalar >> 6)
            end[1] = UInt8(0x80 | scalar & 0x3F)
            written += 2
        case ..<0x10000:
            end[0] = UInt8(0xE0 | scalar >> 12)
            end[1] = UInt8(0x80 | scalar >> 6 & 0x3F)
            end[2] = UInt8(0x80 | scalar & 0x3F)
            written += 3
        default:
            end[0] = UInt8(0xF0 | scalar >> 18)
            end[1] = UInt8(0x80 | scalar >> 12 & 0x3F)
            end[2] = UInt8(0x80 | scalar >> 6 & 0x3F)
            end[3] = UInt8(0x80 | scalar & 0x3F)
            written += 4
        }
    }
}
