/// Recognizes UTF-8 whose bytes were decoded as Windows-1252 or Latin-1: "Ã©" for "é", "â€™" for "’", "Ð°Ð±" for "аб".
///
/// Each character stands for a byte there. Where the bytes are a character of UTF-8 again, hardly anyone meant what is written:
/// Â or Ã and another; three or four of a longer character, unless those after the first are quotes, dashes or dots; or twice in a row two of
/// other letters.
enum Mojibake {
    static func occurs(in text: UnsafeBufferPointer<UInt8>) -> Bool {
        // Â, Ã and the other leading letters have one of these first bytes in UTF-8.
        guard text.contains(where: { $0 == 0xC3 }) else { return false }
        let bytes = String(decoding: text, as: UTF8.self).unicodeScalars.map { byte(of: $0) }
        var place = 0
        while place < bytes.count {
            let length = self.length(bytes, at: place)
            if length >= 3, bytes[place + 1..<place + length].contains(where: { !isPunctuation($0!) }) { return true }
            if length == 2, (0xC2...0xC3).contains(bytes[place]!) { return true }
            if length == 2, self.length(bytes, at: place + 2) == 2 { return true }
            place += 1
        }
        return false
    }

    /// The length of the UTF-8 character that the bytes are from a place on; 0 if they are none, or an ASCII one.
    private static func length(_ bytes: [UInt8?], at place: Int) -> Int {
        guard place < bytes.count, let lead = bytes[place] else { return 0 }
        let length: Int
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0...0xEF: length = 3
        case 0xF0...0xF4: length = 4
        default: return 0
        }
        guard place + length <= bytes.count else { return 0 }
        let rest = bytes[place + 1..<place + length]
        return rest.allSatisfy { $0.map { (0x80...0xBF).contains($0) } ?? false } ? length : 0
    }

    /// Quotes, dashes, dots and spaces, which may follow a letter.
    private static func isPunctuation(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x82, 0x84, 0x85, 0x8B, 0x91...0x94, 0x96, 0x97, 0x9B, 0xA0, 0xAB, 0xB7, 0xBB: true
        default: false
        }
    }

    /// The byte that Windows-1252 has for a character, Latin-1 for a control character; nil for others.
    private static func byte(of scalar: Unicode.Scalar) -> UInt8? {
        if scalar.value < 0x100 { return UInt8(scalar.value) }
        return windows1252[scalar]
    }

    private static let windows1252: [Unicode.Scalar: UInt8] = {
        let row = "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ"
        return Dictionary(uniqueKeysWithValues: zip(row.unicodeScalars, 0x80...))
    }()
}
