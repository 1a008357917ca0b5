import Foundation
import TenorMeasuring
import Testing

@Suite struct AccuracyTargetTests {
    private func target(_ accuracy: Double, _ rows: [(Double, Bool)]) -> AccuracyTarget {
        AccuracyTarget(accuracy, rows.map(\.0), isCorrect: rows.map(\.1))
    }

    private let rows = [(0.6, false), (0.9, true), (0.7, true), (0.8, false), (0.95, true), (0.5, false)]

    @Test func `Of the thresholds that reach the accuracy, the one that answers most rows counts`() throws {
        // By probability: right, right, wrong, right, wrong, wrong.
        let found = target(0.75, rows)
        let threshold = try #require(found.threshold)
        #expect(threshold.answered == 4 && threshold.correct == 3 && threshold.accuracy == 0.75 && found.coverage == 4.0 / 6)
        #expect(abs(threshold.probability - 0.65) < 1e-12)
        #expect(abs(threshold.interval.lowerBound - 0.3006) < 1e-4 && abs(threshold.interval.upperBound - 0.9544) < 1e-4)
        #expect(target(0.76, rows).threshold?.answered == 2)
    }

    @Test func `All rows are answered where that is right often enough, and none where nothing is`() {
        #expect(target(0.5, rows).threshold?.probability == 0 && target(0.5, rows).threshold?.answered == 6)
        #expect(target(0.5, rows).coverage == 1)
        #expect(target(0.9, [(0.9, false), (0.8, true)]).threshold == nil)
        #expect(target(0.9, []).threshold == nil && target(0.9, []).coverage == 0)
    }

    @Test func `Rows with equal probabilities are not told apart`() {
        // The first of the two is right, but the threshold cannot know.
        #expect(target(1, [(0.8, true), (0.8, false), (0.7, true)]).threshold == nil)
        #expect(target(0.6, [(0.8, true), (0.8, false), (0.7, true)]).threshold?.answered == 3)
    }

    @Test func `The report says it in the text, in JSON and on the page`() throws {
        let report = EvaluationReportTests.report(targetAccuracy: 0.7)
        let sentence =
            "An accuracy of 70.0 % takes a threshold of 0.000000: it answers 100.0 % of the rows, 75.0 % of them right "
            + "(95 % interval 46.8 to 91.1 %)."
        #expect(report.text.contains("\n\(sentence)\n") && report.page.contains(sentence))
        let json = try #require(try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: Any])
        let target = try #require(json["target"] as? [String: Any])
        #expect(target["accuracy"] as? Double == 0.7 && target["reached"] as? Double == 0.75 && target["threshold"] as? Double == 0)
        let missed = EvaluationReportTests.report(targetAccuracy: 0.8)
        #expect(missed.text.contains("An accuracy of 80.0 % is not reached on these rows by any threshold."))
        #expect(!EvaluationReportTests.report().text.contains("An accuracy of") && !EvaluationReportTests.report().json.contains("target"))
    }
}
