import TenorFiles

/// Finds blank texts, and texts that stand under different labels, while rows are read. It keeps a digest of each text, not the text.
struct TextChecks: Sendable {
    private struct First {
        let row: Int
        let classIndex: Int
        var isContradicted = false
    }

    private var blanks = (count: 0, first: 0)
    /// The first row with each text, by the first 8 bytes of the text's SHA-256.
    private var firsts: [UInt64: First] = [:]
    private var contradicted = 0
    private var example: (first: Int, second: Int)?

    /// - Parameter classIndex: the same number for rows with the same right answer.
    mutating func add(_ document: Document, classIndex: Int) {
        let record = document.row + 1
        guard !document.isBlank else {
            blanks = (blanks.count + 1, blanks.count == 0 ? record : blanks.first)
            return
        }
        let digest = UInt64(SHA256.hexadecimal(of: Array(document.input.joined.utf8)).prefix(16), radix: 16)!
        guard var first = firsts[digest] else {
            firsts[digest] = First(row: record, classIndex: classIndex)
            return
        }
        guard first.classIndex != classIndex else { return }
        example = example ?? (first.row, record)
        if !first.isContradicted { contradicted += 1 }
        first.isContradicted = true
        firsts[digest] = first
    }

    /// In the order of the cases.
    var warnings: [CorpusWarning] {
        var warnings: [CorpusWarning] = []
        if blanks.count > 0 { warnings.append(.blankTexts(count: blanks.count, first: blanks.first)) }
        if let example { warnings.append(.contradictions(texts: contradicted, first: example.first, second: example.second)) }
        return warnings
    }
}
