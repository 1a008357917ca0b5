import Foundation

/// The normalisation of an uncased BERT, as a rule table for a SentencePiece model.
///
/// A BERT base was pretrained on text that its basic tokenizer had lower-cased, stripped of accents and control characters, and split at
/// each punctuation mark (devlin et al., google-research/bert, tokenization.py). A vocabulary that is transplanted onto such a base keeps
/// more of what the base knows if it sees text the same way. So the rules do the same; in addition, they replace compatibility forms
/// (full-width letters, ligatures, superscripts) with the plain ones.
///
/// Every rule rewrites one scalar, so no rule depends on its neighbours. Scripts that an English vocabulary does not cover are left out,
/// because their rules would be larger than the model.
package func bertNormalizationRules() -> String {
    var lines: [String] = []
    for range in coveredScalars + marks {
        for value in range {
            guard let scalar = Unicode.Scalar(value), let target = bertNormalized(scalar) else { continue }
            let hex = target.unicodeScalars.map { String($0.value, radix: 16, uppercase: true) }.joined(separator: " ")
            lines.append("\(String(value, radix: 16, uppercase: true))\t\(hex)\n")
        }
    }
    return lines.joined()
}

/// The covered blocks, by first and last scalar.
private let coveredScalars: [ClosedRange<UInt32>] = [
    0x0001...0x052F,  // Latin, phonetic letters, combining marks, Greek, Cyrillic
    0x1AB0...0x1AFF,  // combining marks
    0x1D00...0x1FFF,  // phonetic extensions, more marks, Latin additional, Greek extended
    0x2000...0x2BFF,  // punctuation, super- and subscripts, currency, letter-like symbols, number forms, arrows, symbols
    0x2C60...0x2C7F,  // Latin extended C
    0x2DE0...0x2E7F,  // Cyrillic marks, more punctuation
    0x3000...0x303F,  // East Asian punctuation, which appears in English text next to names
    0xA640...0xA7FF,  // Cyrillic extended B, Latin extended D
    0xAB30...0xAB6F,  // Latin extended E
    0xFB00...0xFB06,  // Latin ligatures
    0xFE00...0xFE6F,  // variation selectors, half marks, vertical and small forms of punctuation
    0xFEFF...0xFF65,  // byte order mark, full-width forms
    0xFFE0...0xFFFD,  // full-width signs, interlinear marks, replacement character
    0x1D400...0x1D7FF,  // mathematical letters
    0xE0000...0xE01EF,  // tags and variation selectors, which carry no text
]

/// The combining marks of all other scripts in the Basic Multilingual Plane, which the basic tokenizer drops like accents. Without them,
/// the models of `tokenizer.json`, which look up rules by whole characters, would drop a mark on a Latin letter that libsentencepiece
/// keeps.
private var marks: [ClosedRange<UInt32>] {
    (0x0530...0xFFFF).filter { value in
        Unicode.Scalar(value)?.properties.generalCategory == .nonspacingMark && !coveredScalars.contains { $0.contains(value) }
    }.map { $0...$0 }
}

/// What the rules turn a scalar into, or nil if it is unchanged.
private func bertNormalized(_ scalar: Unicode.Scalar) -> String? {
    // The basic tokenizer does not count the line and paragraph separators as spaces, but its word splitting ends a word at them.
    if scalar.isBertSpace || scalar.value == 0x2028 || scalar.value == 0x2029 { return scalar == " " ? nil : " " }
    if scalar.value == 0 || scalar.value == 0xFFFD || scalar.isBertControl { return "" }
    var text = scalar.properties.lowercaseMapping.decomposedStringWithCompatibilityMapping
    // Forms such as mathematical capitals become capitals only after decomposition.
    text = text.lowercased().decomposedStringWithCompatibilityMapping
    var words = ""
    for part in text.unicodeScalars where part.properties.generalCategory != .nonspacingMark {
        if part.isBertSpace {
            words += " "
        } else if part.isBertPunctuation {
            words += " \(part) "
        } else {
            words.unicodeScalars.append(part)
        }
    }
    // Two spaces in a rule's output would not be merged later.
    while words.contains("  ") { words = words.replacingOccurrences(of: "  ", with: " ") }
    return words.unicodeScalars.elementsEqual([scalar]) ? nil : words
}
