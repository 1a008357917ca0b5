import TenorFiles

/// Why the labels of a corpus look like something else.
package enum LabelSetFault: Error, Sendable, Equatable {
    /// Most rows have a label that no other row has.
    case ownRows(Int, of: Int, examples: [String])
    /// The labels are running text; `average` is the mean number of characters over the rows.
    case longTexts(average: Int, example: String)
}

extension LabelSetFault {
    /// Whether the labels look like numbers.
    package var isAboutNumbers: Bool {
        if case .ownRows(_, _, let examples) = self { examples.allSatisfy { Double($0) != nil } } else { false }
    }
}

extension LabelSetFault: CustomStringConvertible {
    package var description: String {
        let needed = "labels must be names that rows share (are the text and the label column swapped?)"
        switch self {
        case .ownRows(let rows, let all, let examples):
            return "\(rows) of \(all) rows have a label that no other row has, such as \(quoted(examples)); \(needed)"
        case .longTexts(let average, let example):
            return "the labels have \(average) characters on average, such as \(quoted(example)); \(needed)"
        }
    }
}
