import TenorFiles

/// Something in a corpus that is usable but probably unintended.
package enum CorpusWarning: Sendable, Equatable {
    /// Rows with no text or only white space; `first` is a 1-based record number.
    case blankTexts(count: Int, first: Int)
    /// Texts that occur more than once with different labels; `first` and `second` are the 1-based record numbers of an example.
    case contradictions(texts: Int, first: Int, second: Int)
    /// Texts whose annotators disagree; for `decided` of them the most votes count, the others are left out. `first` is a 1-based record number.
    case disagreements(texts: Int, first: Int, decided: Int)
    /// Numbers as labels, which were taken for the model's placeholders; `example` is the first.
    case numbersForPlaceholders(rows: Int, example: String)
    /// Something in the set of labels. Only if it was not known beforehand.
    case labels(LabelWarning)
}

extension CorpusWarning: CustomStringConvertible {
    package var description: String {
        switch self {
        case .blankTexts(let count, let first): "\(count) row\(count == 1 ? " has" : "s have") no text, the first is record \(first)"
        case .contradictions(let texts, let first, let second):
            "\(texts) text\(texts == 1 ? " stands" : "s stand") under different labels, as in records \(first) and \(second)"
        case .disagreements(let texts, let first, let decided):
            "annotators disagree about \(texts) text\(texts == 1 ? "" : "s"), first in record \(first); "
                + "\(decided) decided by most votes, \(texts - decided) left out"
        case .numbersForPlaceholders(let rows, let example):
            "\(rows) label\(rows == 1 ? " is a number" : "s are numbers"), such as \(quoted(example)), "
                + "and taken for the model's label of that number, \(quoted("LABEL_" + example))"
        case .labels(let warning): warning.description
        }
    }
}

/// Without leading and trailing white space.
func trimmed(_ text: String) -> String {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
}
