/// Splits text into words like GPT-2's pattern:
/// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
enum WordSplitter {
    private enum Kind: UInt8 { case letter, number, space, other }

    static func forEachWord(in text: UnsafeBufferPointer<UInt8>, _ receive: (Range<Int>) -> Void) {
        var at = 0
        while at < text.count {
            let start = at
            if let length = contraction(text, at) {
                at += length
                receive(start..<at)
                continue
            }
            var (kind, width) = character(text, at)
            if kind == .space {
                // A space belongs to the word after it.
                if text[at] == 0x20, at + 1 < text.count {
                    let next = character(text, at + 1)
                    if next.kind != .space {
                        at += 1
                        (kind, width) = next
                    }
                }
            }
            var last = at
            repeat {
                last = at
                at += width
                guard at < text.count else { break }
                let next = character(text, at)
                guard next.kind == kind else { break }
                width = next.width
            } while true
            // The last white-space character before a word is left for that word.
            if kind == .space, at < text.count, last > start { at = last }
            receive(start..<at)
        }
    }

    private static func contraction(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int? {
        guard text[at] == UInt8(ascii: "'"), at + 1 < text.count else { return nil }
        switch text[at + 1] {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
        case UInt8(ascii: "r"), UInt8(ascii: "v"): return at + 2 < text.count && text[at + 2] == UInt8(ascii: "e") ? 3 : nil
        case UInt8(ascii: "l"): return at + 2 < text.count && text[at + 2] == UInt8(ascii: "l") ? 3 : nil
        default: return nil
        }
    }

    @inline(__always)
    private static func character(_ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> (kind: Kind, width: Int) {
        let first = text[at]
        if first < 0x80 {
            switch first {
            case 0x41...0x5A, 0x61...0x7A: return (.letter, 1)
            case 0x30...0x39: return (.number, 1)
            case 0x09...0x0D, 0x20: return (.space, 1)
            default: return (.other, 1)
            }
        }
        let width = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        var value = UInt32(first) & (0x7F >> UInt32(width))
        for offset in 1..<width where at + offset < text.count { value = value << 6 | UInt32(text[at + offset] & 0x3F) }
        guard let scalar = Unicode.Scalar(value) else { return (.other, width) }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return (.letter, width)
        case .decimalNumber, .letterNumber, .otherNumber: return (.number, width)
        default: return (scalar.properties.isWhitespace ? .space : .other, width)
        }
    }
}
