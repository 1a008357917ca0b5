/// The distinct words of a text, whatever their order and the punctuation between them.
///
/// A word is a run of letters, marks and digits; apostrophes within it are left out. In writing without spaces between words (Chinese, Japanese,
/// Thai, Lao, Khmer, Burmese, Tibetan), each pair of adjacent characters is one, and so is a character that stands alone.
package struct WordSet: Sendable, Equatable {
    /// A hash of each word, ascending.
    package let hashes: [UInt32]

    /// - Parameter text: in uniform form, see ``uniformText(_:)``.
    package init(_ text: String) {
        var words = Words()
        for scalar in text.unicodeScalars { words.add(scalar) }
        words.endWord()
        var hashes = words.hashes.sorted()
        var count = 0
        for hash in hashes where count == 0 || hashes[count - 1] != hash {
            hashes[count] = hash
            count += 1
        }
        hashes.removeLast(hashes.count - count)
        self.hashes = hashes
    }

    /// The words of a text, one scalar at a time.
    private struct Words {
        var hashes: [UInt32] = []
        /// The hash of the word's scalars so far; nil between words.
        private var word: UInt64?
        /// The last scalar, if it is of writing without spaces, and whether it is in a pair already.
        private var single: (scalar: UInt64, isPaired: Bool)?

        mutating func add(_ scalar: Unicode.Scalar) {
            if WordSet.isWithoutSpaces(scalar) {
                endRun()
                let value = UInt64(scalar.value)
                if let before = single { hashes.append(Self.folded(scrambled(before.scalar << 32 | value))) }
                single = (value, single != nil)
                return
            }
            endSingle()
            if WordSet.isInWord(scalar) {
                word = ((word ?? 0xcbf2_9ce4_8422_2325) ^ UInt64(scalar.value)) &* 0x0000_0100_0000_01b3
            } else if scalar != "'", scalar != "\u{2019}" {
                endRun()
            }
        }

        mutating func endWord() {
            endRun()
            endSingle()
        }

        private mutating func endRun() {
            if let word { hashes.append(Self.folded(scrambled(word))) }
            word = nil
        }

        private mutating func endSingle() {
            if let single, !single.isPaired { hashes.append(Self.folded(scrambled(single.scalar))) }
            single = nil
        }

        private static func folded(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) }
    }

    private static func isInWord(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 {
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9": return true
            default: return false
            }
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark,
            .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
            return true
        default: return false
        }
    }

    private static func isWithoutSpaces(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ..<0x0E00: false
        case 0x0E01...0x0FBC, 0x1000...0x109F, 0x1780...0x17D3, 0x3041...0x3096, 0x30A1...0x30FE, 0x31F0...0x31FF, 0x3400...0x4DBF,
            0x4E00...0x9FFF, 0xF900...0xFAFF, 0xFF66...0xFF9D, 0x20000...0x323AF:
            true
        default: false
        }
    }
}
