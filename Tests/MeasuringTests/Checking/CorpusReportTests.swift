import Foundation
import TenorMeasuring
import Testing

@Suite struct CorpusReportTests {
    private func report(_ findings: [Finding], text: String = "fine") -> CorpusReport {
        CorpusReport(
            corpus: ("train.csv", 1000), others: [("test.csv", 100)],
            labels: [CorpusReport.Label(name: "bad", rows: 900), CorpusReport.Label(name: "good", rows: 100)],
            characters: LengthHistogram([10: 900, 300: 100]), tokens: (LengthHistogram([5: 900, 600: 100]), 512),
            scripts: [("Latin", 1000)], similarity: 0.8, findings: findings)
    }

    private let leak = Finding(
        .leaks, .error, count: 2, "2 of 100 rows leak.", "Remove them.",
        examples: [
            [
                Finding.Row(file: "test.csv", line: 7, label: "bad", text: "a <b>text</b>\n& more"),
                Finding.Row(file: "train.csv", line: 12, label: "good", text: nil, note: "a note"),
            ]
        ])
    private let note = Finding(.scripts, .note, count: 3, "Two scripts.", "Look.")

    @Test func `The text has the most severe findings first, rows with their places, and a last line that names the errors`() {
        let lines = report([note, leak]).text.split(separator: "\n").map(String.init)
        #expect(lines[0] == "train.csv: 1,000 rows, 2 labels; compared with test.csv: 100 rows")
        #expect(lines[2] == "bad     900  90.0 %  █████████░")
        #expect(lines[5] == "characters  39.0      10    10   300      300")
        #expect(lines[6] == "tokens      64.5       5     5   600      600")
        #expect(lines[7] == "script  Latin 100.0 %")
        #expect(lines[8] == "error leaks: 2 of 100 rows leak." && lines[9] == "  Remove them.")
        #expect(lines[10] == "    test.csv:7    bad | a <b>text</b>\\n& more")
        #expect(lines[11] == "    train.csv:12  good  (a note)")
        #expect(lines[12] == "note scripts: Two scripts.")
        #expect(lines.last == "1 error (leaks), no warnings, 1 note")
        #expect(report([note]).text.hasSuffix("\nno errors, no warnings, 1 note\n"))
    }

    @Test func `The JSON says what spoils the corpus`() throws {
        let values = try #require(
            try JSONSerialization.jsonObject(with: Data(report([note, leak]).json.utf8)) as? [String: Any])
        let keys = [
            "corpus", "rows", "against", "labels", "characters", "tokens", "scripts", "similarity", "findings", "spoiled", "spoiled_by",
        ]
        #expect(Set(values.keys) == Set(keys))
        #expect(values["spoiled"] as? Bool == true && values["spoiled_by"] as? [String] == ["leaks"])
        let findings = try #require(values["findings"] as? [[String: Any]])
        #expect(findings.map { $0["name"] as? String } == ["leaks", "scripts"])
        let rows = try #require((findings[0]["examples"] as? [[[String: Any]]])?.first)
        #expect(
            rows[0]["line"] as? Int == 7 && rows[0]["text"] as? String == "a <b>text</b>\n& more" && rows[1]["note"] as? String == "a note")
        let tokens = try #require(values["tokens"] as? [String: Any])
        #expect(tokens["truncated"] as? Int == 100 && tokens["limit"] as? Int == 512 && tokens["median"] as? Int == 5)
    }

    @Test func `The page has all sections, and texts are no markup in it`() {
        let page = report([leak, note]).page
        for id in ["summary", "findings", "labels", "texts", "finding-leaks", "finding-scripts"] { #expect(page.contains("id=\"\(id)\"")) }
        #expect(page.contains("a &lt;b&gt;text&lt;/b&gt;\n&amp; more") && !page.contains("<b>text</b>"))
        #expect(page.contains("<b>To be corrected before training:</b> leaks."))
        #expect(report([note]).page.contains("Nothing was found that spoils training."))
        #expect(page.contains("Histogram of the lengths in tokens"))
    }

    @Test func `Lengths have quantiles and ranges of 1, 2 and 5 times a power of ten`() {
        let lengths = LengthHistogram([1: 1, 4: 1, 5: 2, 30: 4, 120: 2])
        #expect(lengths.rows == 10 && lengths.shortest == 1 && lengths.longest == 120 && lengths.mean == 37.5)
        #expect([0.1, 0.5, 0.8, 0.81, 1].map(lengths.quantile) == [1, 30, 30, 120, 120])
        #expect(lengths.rows(above: 30) == 2 && lengths.rows(above: 29) == 6)
        #expect(lengths.bins.map(\.range) == [1..<2, 2..<5, 5..<10, 10..<20, 20..<50, 50..<100, 100..<200])
        #expect(lengths.bins.map(\.rows) == [1, 1, 2, 0, 4, 0, 2])
        #expect(LengthHistogram([:]).bins.isEmpty && LengthHistogram([0: 3]).bins.map(\.rows) == [3])
    }
}
