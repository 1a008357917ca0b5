import TenorFiles

extension AuditReport {
    /// A model card with this report's figures in its section "Audit": in place of the old one, else before "Limits", else at the end.
    package func card(updating card: String) -> String {
        var lines = card.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        func isHeading(_ line: String) -> Bool { line.hasPrefix("## ") || line.hasPrefix("# ") }
        if let start = lines.firstIndex(of: "## Audit") {
            let end = lines[(start + 1)...].firstIndex(where: isHeading) ?? lines.endIndex
            lines.removeSubrange(start..<end)
        }
        let place = lines.firstIndex(of: "## Limits") ?? lines.endIndex
        let isAfterText = place > 0 && !lines[place - 1].isEmpty
        lines.insert(contentsOf: (isAfterText ? [""] : []) + section + [""], at: place)
        while lines.last == "" { lines.removeLast() }
        return lines.joined(separator: "\n") + "\n"
    }

    private var section: [String] {
        var lines = ["## Audit", "", "`tenor audit`, the score being the probability of `\(oneLine(label))`.", ""]
        if !tests.isEmpty {
            lines += ["| a change of | the score should | pairs | wrong |", "|---|---|---|---|"]
            let verbs = ["same": "stay on its side", "rise": "rise", "fall": "fall"]
            lines += tests.map { "| \(oneLine($0.name)) | \(verbs[$0.expectation] ?? "") | \($0.count) | \($0.failures.count) |" } + [""]
        }
        lines += [
            "| people differ by | gap between groups, points | answer depends on the person, of \(templates) templates |", "|---|---|---|",
        ]
        return lines + attributes.map { "| \(oneLine($0.attribute)) | \(fixed(100 * $0.gap, 1)) | \($0.flips) |" }
    }
}
