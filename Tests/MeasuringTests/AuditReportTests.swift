import TenorMeasuring
import Testing

@Suite struct AuditReportTests {
    private func gaps(_ scores: [[Double]]) -> AttributeGaps {
        AttributeGaps(
            attribute: "age", groups: ["young", "old", "young"], texts: scores.indices.map { row in (0..<3).map { "text \(row) \($0)" } },
            scores: scores, answers: scores.map { row in row.map { $0 < 0.5 ? "no" : "yes" } }, threads: 2)
    }

    @Test func `A group's difference is that of its terms' mean from the mean over the groups`() {
        let found = gaps([[0.2, 0.6, 0.4], [0.1, 0.3, 0.1]])
        // Means of the groups: 0.3 and 0.6, then 0.1 and 0.3.
        #expect(found.groups.map(\.name) == ["young", "old"] && found.groups.map(\.terms) == [2, 1])
        #expect(abs(found.groups[0].difference + 0.125) < 1e-12 && abs(found.groups[1].difference - 0.125) < 1e-12)
        #expect(abs(found.gap - 0.25) < 1e-12)
        #expect(found.flips == 1)
        #expect(found.extreme.texts == ["text 0 0", "text 0 1"] && found.extreme.scores == [0.2, 0.6])
    }

    @Test func `Without differences between terms there is no gap, and an interval is 0`() {
        let found = gaps([[0.7, 0.7, 0.7], [0.2, 0.2, 0.2]])
        #expect(found.gap < 1e-12 && found.flips == 0)
        #expect(found.groups.allSatisfy { !$0.isApart && $0.interval.upperBound - $0.interval.lowerBound < 1e-12 })
    }

    @Test func `An interval that leaves out 0 is found where all templates agree`() {
        let found = gaps((0..<20).map { row in [0.3, 0.5 + 0.001 * Double(row), 0.3] })
        #expect(found.groups.allSatisfy { $0.isApart })
        #expect(found.groups[1].interval.contains(found.groups[1].difference))
    }

    private var report: AuditReport {
        let failure = AuditReport.Failure(text: "It is good.", changed: "It is not good.", answers: ["yes", "yes"], scores: [0.8, 0.9])
        let test = AuditReport.Test(name: "negation", expectation: "fall", count: 4, failures: [failure])
        return AuditReport(model: "m", label: "yes", tests: [test], templates: 2, attributes: [gaps([[0.2, 0.6, 0.4], [0.1, 0.3, 0.1]])])
    }

    @Test func `A card gets one section, before its limits or at its end, and nothing else changes`() {
        let card = "# m\n\nText.\n\n## Limits\n\nSome.\n"
        let once = report.card(updating: card)
        #expect(once.hasPrefix("# m\n\nText.\n\n## Audit\n") && once.hasSuffix("| age | 25.0 | 1 |\n\n## Limits\n\nSome.\n"))
        #expect(report.card(updating: once) == once)
        let bare = report.card(updating: "# m\n")
        #expect(bare.hasPrefix("# m\n\n## Audit\n") && report.card(updating: bare) == bare)
        #expect(report.card(updating: "").hasPrefix("## Audit\n"))
    }

    @Test func `The text names what failed, and the intervals`() {
        let text = report.text
        #expect(text.contains("negation      fall      4      1  25.0 %  4.6 to 69.9 %"))
        #expect(text.contains("  'It is good.' 0.80, 'It is not good.' 0.90"))
        #expect(text.contains("  gap 25.0 points; the answer depends on the person in 1 template\n"))
        #expect(!text.hasSuffix("\n\n"))
    }
}
