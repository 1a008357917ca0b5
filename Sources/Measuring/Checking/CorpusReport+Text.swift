import TenorFiles

extension CorpusReport {
    /// The report for a terminal: what the corpus holds, then the findings, the most severe first, each with what to do and its first rows.
    package var text: String {
        var lines = [title] + labelLines + lengthLines + [scriptLine]
        for finding in findings { lines += [""] + self.lines(finding) }
        return (lines + ["", verdict]).joined(separator: "\n") + "\n"
    }

    private var title: String {
        let labels = self.labels.isEmpty ? "" : ", \(counted(self.labels.count, "label"))"
        let others = self.others.map { "; compared with \(oneLine($0.name)): \(grouped($0.rows)) row\($0.rows == 1 ? "" : "s")" }
        return "\(oneLine(corpus.name)): \(grouped(corpus.rows)) row\(corpus.rows == 1 ? "" : "s")\(labels)\(others.joined())"
    }

    private var labelLines: [String] {
        guard !labels.isEmpty else { return [] }
        let most = 20
        let rows = mostFrequent(most).map { label in
            [cut(oneLine(label.name), to: 40), grouped(label.rows), "\(fixed(100 * share(label.rows), 1)) %", bar(share(label.rows))]
        }
        let rest = labels.count > most ? ["and \(labels.count - most) more"] : []
        return [""] + table([["label", "rows", "share", "          "]] + rows) + rest
    }

    private var lengthLines: [String] {
        func row(_ name: String, _ lengths: LengthHistogram) -> [String] {
            [name, fixed(lengths.mean, 1)] + [0.5, 0.9, 0.99].map { grouped(lengths.quantile($0)) } + [grouped(lengths.longest)]
        }
        var rows = [["length in", "mean", "median", "90 %", "99 %", "longest"], row("characters", characters)]
        if let tokens { rows.append(row("tokens", tokens.lengths)) }
        return [""] + table(rows)
    }

    private var scriptLine: String {
        let shares = scripts.map { "\($0.name) \(fixed(100 * share($0.rows), 1)) %" }
        return "script  \(shares.joined(separator: ", "))"
    }

    private func lines(_ finding: Finding) -> [String] {
        let most = 3
        let shown = finding.examples.prefix(most)
        let width = shown.joined().map(\.place.count).max() ?? 0
        let rows = shown.flatMap { $0 }.map { row in
            let space = String(repeating: " ", count: width - row.place.count)
            let parts = [row.label.isEmpty ? nil : cut(oneLine(row.label), to: 30), row.text.map { cut(oneLine($0), to: 90) }].compactMap(
                \.self)
            return "    \(row.place)\(space)  \(parts.joined(separator: " | "))\(row.note.isEmpty ? "" : "  (\(row.note))")"
        }
        return ["\(finding.severity.rawValue) \(finding.name.rawValue): \(oneLine(finding.what))", "  \(finding.advice)"] + rows
    }
}
