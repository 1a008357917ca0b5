/// What a check of a corpus found, to be shown as text, JSON or a page.
package struct CorpusReport: Sendable {
    package struct Label: Sendable, Equatable {
        package let name: String
        package let rows: Int

        package init(name: String, rows: Int) { (self.name, self.rows) = (name, rows) }
    }

    /// The names of the corpus and of the files that it was compared with, and their rows.
    package let corpus: (name: String, rows: Int)
    package let others: [(name: String, rows: Int)]
    /// Empty for numbers.
    package let labels: [Label]
    /// In Unicode scalars.
    package let characters: LengthHistogram
    /// With special tokens, and the number that the model reads of a text; nil without a model.
    package let tokens: (lengths: LengthHistogram, limit: Int)?
    /// The writing systems and their rows, the most frequent first.
    package let scripts: [(name: String, rows: Int)]
    /// The share of common words from which on texts are similar.
    package let similarity: Double
    /// The most severe first.
    package let findings: [Finding]

    package init(
        corpus: (name: String, rows: Int), others: [(name: String, rows: Int)], labels: [Label], characters: LengthHistogram,
        tokens: (lengths: LengthHistogram, limit: Int)?, scripts: [(name: String, rows: Int)], similarity: Double, findings: [Finding]
    ) {
        (self.corpus, self.others, self.labels) = (corpus, others, labels)
        (self.characters, self.tokens, self.scripts, self.similarity) = (characters, tokens, scripts, similarity)
        self.findings = Finding.Severity.allCases.flatMap { severity in findings.filter { $0.severity == severity } }
    }

    /// The names of the findings that spoil training, each once.
    package var spoiling: [String] {
        let names = findings.filter { $0.severity == .error }.map(\.name.rawValue)
        return names.indices.filter { !names[..<$0].contains(names[$0]) }.map { names[$0] }
    }

    /// "1 error (leaks), 2 warnings, no notes".
    var verdict: String {
        let counts = Finding.Severity.allCases.map { severity -> String in
            let count = findings.count { $0.severity == severity }
            let names = severity == .error && count > 0 ? " (\(spoiling.joined(separator: ", ")))" : ""
            return count == 0 ? "no \(severity.rawValue)s" : "\(counted(count, severity.rawValue))\(names)"
        }
        return counts.joined(separator: ", ")
    }

    func share(_ rows: Int) -> Double { Double(rows) / Double(max(corpus.rows, 1)) }

    /// The labels with the most rows first, at most this many.
    func mostFrequent(_ most: Int) -> [Label] {
        labels.count <= most
            ? labels
            : Array(
                labels.enumerated().sorted { ($1.element.rows, $0.offset) < ($0.element.rows, $1.offset) }
                    .prefix(most).map(\.element))
    }
}
