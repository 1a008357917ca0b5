import TenorFiles
import TenorMeasuring
import TenorReading

/// Judges what was found about a corpus: each finding gets a severity, advice, and rows as examples.
package struct CorpusCheck: Sendable {
    let corpora: CheckedCorpora
    /// Nil without a model, or where rows have not one label each.
    let labelErrors: LabelErrors?
    /// The number of tokens that the model reads of a text; nil without a model.
    let tokenLimit: Int?
    /// The share of common words from which on texts are similar.
    let similarity: Double
    /// Errors that are warnings here.
    let allowed: Set<Finding.Name>

    package init(
        _ corpora: CheckedCorpora, labelErrors: LabelErrors?, tokenLimit: Int?, similarity: Double, allowed: Set<Finding.Name>
    ) {
        (self.corpora, self.labelErrors, self.tokenLimit) = (corpora, labelErrors, tokenLimit)
        (self.similarity, self.allowed) = (similarity, allowed)
    }

    /// From this share of the rows on, leaks, contradictions and the like spoil what is trained or measured: they may move the accuracy by as much.
    static let spoilingShare = 0.01
    /// The examples of a finding that have their texts.
    static let mostTexts = 10

    var corpus: CorpusScan { corpora.corpus }
    var rows: Int { corpus.rows }

    /// A finding whose examples have no texts yet.
    struct Draft {
        /// A row of the corpus or, by its place, of another source.
        struct Row: Hashable {
            var other: Int?
            let row: Int
            var note = ""

            init(_ row: Int, of other: Int? = nil, note: String = "") { (self.row, self.other, self.note) = (row, other, note) }
        }

        let name: Finding.Name
        let severity: Finding.Severity
        let count: Int
        let what: String
        let advice: String
        var examples: [[Row]] = []
        /// Examples that are no rows.
        var others: [[Finding.Row]] = []

        init(
            _ name: Finding.Name, _ severity: Finding.Severity, _ count: Int, _ what: String, _ advice: String, _ examples: [[Row]] = [],
            others: [[Finding.Row]] = []
        ) {
            (self.name, self.severity, self.count, self.what, self.advice) = (name, severity, count, what, advice)
            (self.examples, self.others) = (examples, others)
        }
    }

    /// - Throws: what reading the rows of the examples throws.
    package func report() throws(CorpusError) -> CorpusReport {
        let drafts = rowFindings + labelFindings + similarityFindings + labelErrorFindings + textFindings
        let texts = try texts(of: drafts)
        let findings = drafts.map { draft in
            let severity = draft.severity == .error && allowed.contains(draft.name) ? .warning : draft.severity
            let examples = draft.examples.prefix(FirstRows.most).enumerated().map { index, rows in
                rows.map { row($0, text: index < Self.mostTexts ? texts[Place($0)]?.shown : nil) }
            }
            return Finding(draft.name, severity, count: draft.count, draft.what, draft.advice, examples: examples + draft.others)
        }
        let scripts = corpus.scripts.sorted { ($1.value.count, $0.key.rawValue) < ($0.value.count, $1.key.rawValue) }
        return CorpusReport(
            corpus: (lastComponent(of: corpus.source), rows), others: corpora.others.map { (lastComponent(of: $0.source), $0.rows) },
            labels: zip(corpus.labels, corpus.counts).map { CorpusReport.Label(name: $0, rows: $1) },
            characters: LengthHistogram(corpus.lengths), tokens: tokenLimit.map { (LengthHistogram(tokenLengths), $0) },
            scripts: scripts.map { ($0.key.name, $0.value.count) }, similarity: similarity, findings: findings)
    }

    private struct Place: Hashable {
        let other: Int?
        let row: Int

        init(_ row: Draft.Row) { (other, self.row) = (row.other, row.row) }
    }

    /// The texts of the rows that are shown. Each source is read once more.
    private func texts(of drafts: [Draft]) throws(CorpusError) -> [Place: InputText] {
        let shown = Set(drafts.flatMap { $0.examples.prefix(Self.mostTexts).joined() }.map(Place.init))
        var texts: [Place: InputText] = [:]
        for other in [nil] + corpora.others.indices.map(Optional.init) {
            let wanted = shown.filter { $0.other == other }
            let found = try scan(other).texts(of: Set(wanted.map(\.row)))
            for place in wanted { texts[place] = found[place.row] }
        }
        return texts
    }

    func scan(_ other: Int?) -> CorpusScan { other.map { corpora.others[$0] } ?? corpus }

    private func row(_ row: Draft.Row, text: String?) -> Finding.Row {
        let scan = scan(row.other)
        let place = scan.places.place(of: row.row)
        return Finding.Row(file: place.file, line: place.line, label: scan.label(of: row.row), text: text, note: row.note)
    }

    var tokenLengths: [Int: Int] {
        corpus.tokens.reduce(into: [:]) { $0[Int($1), default: 0] += 1 }
    }

    /// "3 rows", "1 row".
    static func counted(_ count: Int, _ noun: String) -> String { "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")" }

    /// "3 of 1,000 rows have", "1 of 1,000 rows has", the rows perhaps of a file.
    static func rowsHave(_ count: Int, of all: Int, in file: String = "") -> String {
        "\(rows(count, of: all))\(file.isEmpty ? "" : " of \(file)") \(count == 1 ? "has" : "have")"
    }

    static func rows(_ count: Int, of all: Int) -> String { "\(grouped(count)) of \(counted(all, "row"))" }
}

extension CorpusScan {
    /// The row's label; empty if it has none, several, or numbers.
    func label(of row: Int) -> String {
        let index = Int(classes[row])
        return kind == .single && index >= 0 ? labels[index] : ""
    }
}
