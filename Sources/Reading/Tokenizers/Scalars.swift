/// The character classes of Python's strings and BERT's tokenizer.
///
/// The reference uses Python's Unicode 14 tables. This code uses Swift's, which are newer: characters that were unassigned in Unicode 14
/// (and so "control" to BERT) may be letters here.
extension Unicode.Scalar {
    /// What Python's `str.split()` and `str.strip()` treat as white space.
    var isPythonSpace: Bool {
        switch value {
        case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// What BERT's basic tokenizer replaces with a space. It drops other white space that is a control character.
    var isBertSpace: Bool {
        switch value {
        case 0x20, 0x09, 0x0A, 0x0D, 0xA0, 0x1680, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }

    /// What BERT's basic tokenizer drops: category C, that is control, format, surrogate, private use and unassigned.
    var isBertControl: Bool {
        if value < 0x80 { return (value < 0x20 && value != 0x09 && value != 0x0A && value != 0x0D) || value == 0x7F }
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned: return true
        default: return false
        }
    }

    /// What BERT's basic tokenizer splits off: category P, and every visible ASCII character that is neither letter nor digit.
    package var isBertPunctuation: Bool {
        if value < 0x80 {
            switch value {
            case 33...47, 58...64, 91...96, 123...126: return true
            default: return false
            }
        }
        switch properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
            .otherPunctuation:
            return true
        default: return false
        }
    }

    /// The ideographs that BERT's basic tokenizer surrounds with spaces.
    var isBertIdeograph: Bool {
        switch value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F, 0x2B820...0x2CEAF, 0xF900...0xFAFF,
            0x2F800...0x2FA1F:
            true
        default: false
        }
    }

    /// What `\w` matches in a regular expression (Unicode Technical Standard 18).
    var isRegexWord: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark, .decimalNumber, .connectorPunctuation: true
        default: properties.isAlphabetic || properties.isJoinControl
        }
    }

    /// What Python's `str.isdigit()` accepts.
    var isPythonDigit: Bool {
        if value < 0x80 { return value >= 0x30 && value <= 0x39 }
        return properties.numericType == .digit || properties.numericType == .decimal
    }

    /// Whether the scalar was assigned by this version of Unicode. The tokenizers library knows the categories of Unicode 8.
    func isAssigned(by version: (major: Int, minor: Int)) -> Bool { properties.age.map { $0 <= version } ?? false }

    /// What the tokenizers library drops as a control character: categories Cc, Cf and Co.
    var isTokenizersControl: Bool {
        if value < 0x80 { return isBertControl }
        switch properties.generalCategory {
        case .control, .privateUse: return true
        case .format: return isAssigned(by: (8, 0))
        default: return false
        }
    }

    /// What the tokenizers library calls punctuation: category P, and every visible ASCII character that is neither letter nor digit.
    var isTokenizersPunctuation: Bool {
        value < 0x80 ? isBertPunctuation : value == 0x166D || isBertPunctuation && isAssigned(by: (8, 0))
    }

    /// The ideographs that the tokenizers library surrounds with spaces. One block begins later than in BERT's own list.
    var isTokenizersIdeograph: Bool { isBertIdeograph && !(0x2B820..<0x2B920).contains(value) }
}
