import TenorFiles

/// What a `Replace` step of a `tokenizer.json` looks for: a string, or one of the regular expressions that transformers writes for the
/// families supported here. Other expressions are refused.
enum ReplacePattern: Sendable {
    case string([Unicode.Scalar])
    /// ` {2,}`: a run of at least two spaces.
    case spaces
    /// `\s{2,}|[\n\r\t]`: a run of at least two white-space characters, or a single line end or tab.
    case whiteSpace

    init(_ value: JSON?, file: String) throws(TokenizerError) {
        if let string = value?["String"]?.string, !string.isEmpty {
            self = .string(Array(string.unicodeScalars))
            return
        }
        switch value?["Regex"]?.string {
        case " {2,}": self = .spaces
        case #"\s{2,}|[\n\r\t]"#: self = .whiteSpace
        case let expression:
            let found = quoted(expression ?? "nothing")
            throw .conflict(file: file, what: "its normalizer replaces \(found), and only strings and runs of spaces are computed here")
        }
    }

    /// Replaces all matches, from left to right. What stands for a match has the match's origin.
    func replace(in text: inout TracedText, with content: [Unicode.Scalar]) {
        let elements = text.elements
        var result: [TracedText.Element] = []
        result.reserveCapacity(elements.count)
        var at = 0
        while at < elements.count {
            guard let length = length(in: elements, at: at) else {
                result.append(elements[at])
                at += 1
                continue
            }
            let (start, end) = (elements[at].start, elements[at + length - 1].end)
            for scalar in content { result.append(TracedText.Element(scalar: scalar, start: start, end: end)) }
            at += length
        }
        text.elements = result
    }

    /// The number of scalars of the match that begins at `at`.
    private func length(in elements: [TracedText.Element], at: Int) -> Int? {
        func run(_ isIncluded: (Unicode.Scalar) -> Bool) -> Int {
            var end = at
            while end < elements.count, isIncluded(elements[end].scalar) { end += 1 }
            return end - at
        }
        switch self {
        case .string(let scalars):
            guard at + scalars.count <= elements.count, scalars.indices.allSatisfy({ elements[at + $0].scalar == scalars[$0] }) else {
                return nil
            }
            return scalars.count
        case .spaces:
            let count = run { $0 == " " }
            return count >= 2 ? count : nil
        case .whiteSpace:
            let count = run(\.properties.isWhitespace)
            let isBreak = ["\n", "\r", "\t"].contains(elements[at].scalar)
            return count >= 2 || isBreak ? count : nil
        }
    }
}
