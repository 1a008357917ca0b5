/// The encoding of a source that was transcoded to UTF-8 while it was read, for writing in it.
struct OriginalEncoding: Sendable, Equatable {
    let encoding: TextEncoding
    private let isBigEndian: Bool

    /// - Parameter isBigEndian: the order of bytes in UTF-16.
    init(_ encoding: TextEncoding, isBigEndian: Bool) { (self.encoding, self.isBigEndian) = (encoding, isBigEndian) }

    /// The bytes of a UTF-8 text in this encoding, the inverse of ``Transcoder``; nil if it has a character that the encoding lacks.
    func bytes(of text: [UInt8]) -> [UInt8]? {
        switch encoding {
        case .utf8: return text
        case .utf16:
            return String(decoding: text, as: UTF8.self).utf16.flatMap { unit in
                let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
                return isBigEndian ? [high, low] : [low, high]
            }
        case .latin1, .windows1252:
            var bytes: [UInt8] = []
            bytes.reserveCapacity(text.count)
            for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
                guard let byte = byte(of: scalar) else { return nil }
                bytes.append(byte)
            }
            return bytes
        }
    }

    /// The byte of a character in an encoding that has one for each.
    private func byte(of scalar: Unicode.Scalar) -> UInt8? {
        if encoding == .windows1252, scalar.value >= 0x80, !(0xA0...0xFF).contains(scalar.value) {
            return windows1252Controls.firstIndex { $0 != 0 && $0 == scalar.value }.map { UInt8(0x80 + $0) }
        }
        return UInt8(exactly: scalar.value)
    }
}
