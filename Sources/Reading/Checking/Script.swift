/// The writing system of a text: that of most of its letters.
package enum Script: Int, Sendable, CaseIterable {
    /// A text with kana is Japanese, although most of its characters may be Han.
    case latin, greek, cyrillic, armenian, hebrew, arabic, devanagari, otherIndic, thai, georgian, hangul, kana, han, other, none

    package var name: String {
        switch self {
        case .latin: "Latin"
        case .greek: "Greek"
        case .cyrillic: "Cyrillic"
        case .armenian: "Armenian"
        case .hebrew: "Hebrew"
        case .arabic: "Arabic"
        case .devanagari: "Devanagari"
        case .otherIndic: "other Indic"
        case .thai: "Thai"
        case .georgian: "Georgian"
        case .hangul: "Hangul"
        case .kana: "Japanese"
        case .han: "Han"
        case .other: "other"
        case .none: "no letters"
        }
    }

    package init(of text: String) {
        var counts = [Int](repeating: 0, count: Script.none.rawValue)
        var latin = 0
        for scalar in text.unicodeScalars {
            if scalar.value < 0x80 {
                if (0x41...0x5A).contains(scalar.value & 0xDF) { latin += 1 }
            } else if let script = Self.script(of: scalar) {
                counts[script.rawValue] += 1
            }
        }
        counts[Script.latin.rawValue] += latin
        if counts[Script.kana.rawValue] > 0 {
            counts[Script.kana.rawValue] += counts[Script.han.rawValue]
            counts[Script.han.rawValue] = 0
        }
        let most = counts.max()!
        self = most == 0 ? .none : Script(rawValue: counts.firstIndex(of: most)!)!
    }

    /// By the blocks of the Unicode standard; nil for what is no letter.
    private static func script(of scalar: Unicode.Scalar) -> Script? {
        switch scalar.value {
        case 0xC0...0x24F where scalar != "×" && scalar != "÷", 0x1E00...0x1EFF, 0xAA, 0xBA, 0xFF21...0xFF3A, 0xFF41...0xFF5A: .latin
        case 0x370...0x3FF, 0x1F00...0x1FFF: .greek
        case 0x400...0x52F: .cyrillic
        case 0x531...0x587: .armenian
        case 0x5D0...0x5F2, 0xFB1D...0xFB4F: .hebrew
        case 0x620...0x6FF, 0x750...0x77F, 0x8A0...0x8FF, 0xFB50...0xFDFF, 0xFE70...0xFEFE: .arabic
        case 0x900...0x97F: .devanagari
        case 0x980...0xDFF: .otherIndic
        case 0xE01...0xE4E: .thai
        case 0x10A0...0x10FF: .georgian
        case 0x1100...0x11FF, 0x3131...0x318E, 0xAC00...0xD7A3: .hangul
        case 0x3041...0x309F, 0x30A1...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9D: .kana
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF: .han
        case 0x250...0x2FF, 0x2000...0x2BFF, 0x3000...0x303F, 0xFE00...0xFE0F, 0x1F000...: nil
        default: scalar.properties.isAlphabetic ? .other : nil
        }
    }
}
