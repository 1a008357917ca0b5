import TenorFiles

/// Explained texts as a page of HTML: each text with its words marked, and a table of the words.
package struct AttributionPage: Sendable {
    private let model: String
    private let method: String
    private var entries: [(title: String, attribution: Attribution)] = []
    /// All explanations, in the page or not.
    private var count = 0

    /// The number of explanations in a page, of characters of each text, and of words in each table.
    private static let most = 500
    private static let longest = 5000
    private static let mostWords = 50

    /// - Parameter method: how scores were computed, as a sentence.
    package init(model: String, method: String) { (self.model, self.method) = (model, method) }

    package mutating func add(_ attribution: Attribution, title: String) {
        count += 1
        if entries.count < Self.most { entries.append((title, attribution)) }
    }

    package var html: String {
        let title = "Which words moved the answers of \(model)"
        let note =
            count > entries.count
            ? "The first \(grouped(entries.count)) of \(grouped(count)) explanations." : counted(count, "explanation") + "."
        return htmlPage(
            title: title, style: Self.style,
            body: """
                <header><h1>\(title)</h1></header>
                <main>
                <p>\(note) \(method)</p>
                <ul class="legend"><li><span class="word for" style="--strength:50%">word</span> speaks for the label</li>\
                <li><span class="word against" style="--strength:50%">word</span> speaks against it</li>\
                <li>A stronger color is a larger share, compared with the strongest word of the text.</li></ul>
                \(entries.map { Self.article($0.title, $0.attribution) })</main>

                """)
    }

    private static let style: HTML = """

        article { border-top: 1px solid var(--rule); padding: .8rem 0; } article h2 { font-size: 1.05rem; margin: 0; }
        .explained { white-space: pre-wrap; line-height: 2; max-width: 60rem; }
        .word { border-radius: .2rem; padding: .1rem .12rem; border-bottom: 2px solid transparent; }
        .word.for { background: color-mix(in srgb, var(--right) var(--strength), transparent); }
        .word.against { background: color-mix(in srgb, var(--wrong) var(--strength), transparent); border-bottom: 2px dotted var(--wrong); }
        tr.for .bar i { background: var(--right); } tr.against .bar i { background: var(--wrong); }
        @media (max-width: 44rem) { article td:has(.bar) { display: table-cell; } .bar { width: 4rem; } }
        @media print { .word { print-color-adjust: exact; } }
        """

    private static func article(_ title: String, _ attribution: Attribution) -> HTML {
        let outcome = attribution.outcome
        let value = outcome.isProbability ? "with probability \(percent(outcome.value))" : fixed(outcome.value, 4)
        let given = outcome.isGiven ? "" : ", not the answer"
        let sums: HTML = attribution.completeness.map { "<p class=\"soft\">\($0.sentence)</p>\n" } ?? ""
        let truncated = attribution.truncated
        let cut: HTML =
            truncated > 0 ? "<p class=\"soft\">\(counted(truncated, "token")) truncated: what they stand for was not read.</p>\n" : ""
        return """
            <article><h2>\(oneLine(outcome.label)) <span class="soft">\(value)\(given) · \(oneLine(title))</span></h2>
            <p class="explained" dir="auto">\(marked(attribution))</p>
            \(cut)<details><summary>Scores of the words</summary>\(sums)\(wordTable(attribution))</details></article>

            """
    }

    /// The text, its words on a color that leaves the ink a contrast of 4.5.
    private static func marked(_ attribution: Attribution) -> [HTML] {
        var room = longest
        let largest = attribution.largest
        return attribution.pieces.prefix { piece in
            defer { room -= piece.text.count }
            return room > 0
        }.map { piece in
            guard let score = piece.score, largest > 0 else { return "\(piece.text)" }
            let strength = fixed(50 * abs(score) / largest, 0)
            let side = score > 0 ? "for" : "against"
            return "<span class=\"word \(side)\" style=\"--strength:\(strength)%\" title=\"\(signed(score))\">\(piece.text)</span>"
        } + (room < 0 ? ["…"] : [])
    }

    private static func wordTable(_ attribution: Attribution) -> HTML {
        let rows = attribution.ranked.prefix(mostWords).map { word -> HTML in
            let share = attribution.largest == 0 ? 0 : 100 * abs(word.score) / attribution.largest
            return """
                <tr class="\(word.score > 0 ? "for" : "against")"><th scope="row">\(oneLine(attribution.string(word.range)))</th>\
                <td>\(signed(word.score))</td><td><span class="bar" aria-hidden="true"><i style="width:\(fixed(share, 1))%"></i></span></td></tr>

                """
        }
        let others = attribution.words.count - rows.count
        let rest: HTML = others > 0 ? "<p>and \(counted(others, "more word"))</p>\n" : ""
        return """
            <table><thead><tr><th scope="col">word</th><th scope="col">score</th><td></td></tr></thead>
            <tbody>
            \(rows)</tbody></table>
            \(rest)
            """
    }
}
