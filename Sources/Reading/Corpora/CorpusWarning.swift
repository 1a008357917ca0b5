import TenorFiles

/// Something in a corpus that is usable but probably unintended.
package enum CorpusWarning: Sendable, Equatable {
    /// Rows with no text or only white space; `first` is a 1-based record number.
    case blankTexts(count: Int, first: Int)
    /// Texts that occur more than once with different labels; `first` and `second` are the 1-based record numbers of an example.
    case contradictions(texts: Int, first: Int, second: Int)
    /// Labels with leading or trailing white space.
    case labelsInSpace([String])
    /// Labels that differ only in case and surrounding white space.
    case labelsAlike([String])
}

extension CorpusWarning: CustomStringConvertible {
    package var description: String {
        switch self {
        case .blankTexts(let count, let first): "\(count) row\(count == 1 ? " has" : "s have") no text, the first is record \(first)"
        case .contradictions(let texts, let first, let second):
            "\(texts) text\(texts == 1 ? " stands" : "s stand") under different labels, as in records \(first) and \(second)"
        case .labelsInSpace(let labels): "white space around labels: \(quoted(labels))"
        case .labelsAlike(let labels): "labels that differ only in case or white space: \(quoted(labels))"
        }
    }
}

/// The warnings for `rows`, in the order of the cases.
func corpusWarnings(_ rows: [Document], classIndices: [Int], labels: [String]) -> [CorpusWarning] {
    var warnings: [CorpusWarning] = []
    let blanks = rows.filter(\.isBlank)
    if let first = blanks.first { warnings.append(.blankTexts(count: blanks.count, first: first.row + 1)) }

    var firstRows: [ByteString: Int] = [:]
    var contradicting: Set<Int> = []
    var example: (first: Int, second: Int)?
    for (index, row) in rows.enumerated() where !row.isBlank {
        let first = firstRows[ByteString(row.text), default: index]
        if first == index { firstRows[ByteString(row.text)] = index }
        guard classIndices[first] != classIndices[index] else { continue }
        contradicting.insert(first)
        example = example ?? (rows[first].row + 1, row.row + 1)
    }
    if let example { warnings.append(.contradictions(texts: contradicting.count, first: example.first, second: example.second)) }

    let spaced = labels.filter { trimmed($0) != $0 }
    if !spaced.isEmpty { warnings.append(.labelsInSpace(spaced)) }
    let alike = Dictionary(grouping: labels) { trimmed($0).lowercased() }.values.filter { $0.count > 1 }.flatMap { $0 }
    if !alike.isEmpty { warnings.append(.labelsAlike(labels.filter(alike.contains))) }
    return warnings
}

/// Without leading and trailing white space.
func trimmed(_ text: String) -> String {
    let start = text.drop(while: \.isWhitespace)
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
}
