import TenorFiles

extension CorpusReport {
    /// The report as a page of HTML that needs no other file and no network.
    package var page: String {
        var sections = [
            Page.Section(id: "summary", title: "Summary", content: summary),
            Page.Section(id: "findings", title: "Findings", content: findingSection),
        ]
        if !labels.isEmpty { sections.append(Page.Section(id: "labels", title: "Labels", content: labelTable)) }
        sections.append(Page.Section(id: "texts", title: "Texts", content: textSection))
        return Page(title: "What \(oneLine(corpus.name)) holds", sections: sections, notes: notes).markup
    }

    private var summary: HTML {
        let compared = others.map { "compared with \(grouped($0.rows)) of \(oneLine($0.name))" }.joined(separator: "; ")
        func count(_ severity: Finding.Severity) -> Int { findings.count { $0.severity == severity } }
        let cards: [(String, String, String)] = [
            ("Rows", grouped(corpus.rows), compared), ("Labels", labels.isEmpty ? "–" : grouped(labels.count), labelRange),
            ("Errors", "\(count(.error))", count(.error) == 0 ? "" : "to be corrected"),
            ("Warnings", "\(count(.warning))", "and \(counted(count(.note), "note"))"),
        ]
        let items = cards.map { name, value, note -> HTML in
            "<div class=\"card\"><dt>\(name)</dt><dd><b>\(value)</b><small>\(note)</small></dd></div>\n"
        }
        let verdict: HTML =
            spoiling.isEmpty
            ? "<li>Nothing was found that spoils training.</li>"
            : "<li><b>To be corrected before training:</b> \(spoiling.joined(separator: ", ")).</li>"
        return "<ul class=\"short\">\n\(verdict)\n</ul>\n<dl class=\"cards\">\n\(items)</dl>\n"
    }

    private var labelRange: String {
        guard labels.count > 1, let least = labels.map(\.rows).min(), let most = labels.map(\.rows).max() else { return "" }
        return "\(grouped(least)) to \(grouped(most)) rows each"
    }

    private var findingSection: HTML {
        guard !findings.isEmpty else { return "<p>There are none.</p>\n" }
        let rows = findings.map { finding -> HTML in
            let name: HTML = "<a href=\"#finding-\(finding.name.rawValue)\">\(finding.name.rawValue)</a>"
            return "<tr><th scope=\"row\">\(name)</th><td>\(tag(finding.severity))</td><td>\(grouped(finding.count))</td></tr>\n"
        }
        return "\(wideTable("All findings", ["finding", "severity", "rows or labels"], rows))\(findings.enumerated().map(section))"
    }

    private func tag(_ severity: Finding.Severity) -> HTML {
        severity == .note ? "note" : "<span class=\"tag\">\(severity.rawValue)</span>"
    }

    private func section(_ index: Int, _ finding: Finding) -> HTML {
        let most = 5
        let isFirst = !findings[..<index].contains { $0.name == finding.name }
        let id: HTML = isFirst ? " id=\"finding-\(finding.name.rawValue)\"" : ""
        let shown = finding.examples.prefix(most)
        let rest: HTML =
            shown.count < finding.count && !shown.isEmpty ? "<p class=\"soft\">The first \(counted(shown.count, "example")).</p>\n" : ""
        return """
            <h3\(id)>\(finding.name.rawValue) \(tag(finding.severity))</h3>
            <p>\(finding.what)</p>
            <p class="soft">\(finding.advice)</p>
            \(shown.isEmpty ? "" : "<ol class=\"examples\">\n\(shown.map(example))</ol>\n" as HTML)\(rest)
            """
    }

    private func example(_ rows: [Finding.Row]) -> HTML {
        let parts = rows.map { row -> HTML in
            let label: HTML = row.label.isEmpty ? "" : "<b>\(oneLine(row.label))</b> "
            let note = row.note.isEmpty ? "" : "; \(row.note)"
            let text: HTML = row.text.map { "<p class=\"text\" dir=\"auto\">\(cut($0, to: 400))</p>\n" } ?? ""
            return "<p class=\"verdict\">\(label)<span>\(oneLine(row.place))\(note)</span></p>\n\(text)"
        }
        return "<li>\(parts)</li>\n"
    }

    private var labelTable: HTML {
        let most = 200
        let highest = Double(labels.map(\.rows).max() ?? 1)
        let rows = mostFrequent(most).map { label -> HTML in
            """
            <tr><th scope="row">\(oneLine(label.name))</th><td>\(grouped(label.rows))</td><td>\(percent(share(label.rows)))</td>\
            <td>\(shareBar(Double(label.rows) / max(highest, 1)))</td></tr>

            """
        }
        let rest: HTML = labels.count > most ? "<p>and \(grouped(labels.count - most)) more</p>\n" : ""
        return "\(wideTable("The rows of each label", ["label", "rows", "share", ""], rows))\(rest)"
    }

    private var textSection: HTML {
        var figures = [LengthPlot(lengths: characters, unit: "characters").figure]
        if let tokens { figures.append(LengthPlot(lengths: tokens.lengths, unit: "tokens", limit: tokens.limit).figure) }
        let rows = scripts.map { script -> HTML in
            """
            <tr><th scope="row">\(script.name)</th><td>\(grouped(script.rows))</td><td>\(percent(share(script.rows)))</td>\
            <td>\(shareBar(share(script.rows)))</td></tr>

            """
        }
        return """
            <div class="figures">
            \(figures.map(\.html))</div>
            <h3>Writing systems</h3>
            \(wideTable("The rows of each writing system", ["script", "rows", "share", ""], rows))
            """
    }

    private var notes: HTML {
        """
        <footer><p>Texts are duplicates if they differ only in case and white space, and near duplicates if at least \
        \(percent(similarity, 0)) of the words of either are in both, whatever their order and punctuation. A text's writing system is that \
        of most of its letters. Lengths are counted in Unicode code points.</p></footer>

        """
    }
}
