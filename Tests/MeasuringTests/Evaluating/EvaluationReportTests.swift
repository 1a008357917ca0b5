import Foundation
import TenorMeasuring
import Testing

@Suite struct EvaluationReportTests {
    /// A report on twelve rows, of which three are answered wrong.
    static func report(
        labels: [String] = ["bad", "good", "so so"], text: String = "a text", against other: Bool = false, mostErrors: Int = 10_000,
        targetAccuracy: Double? = nil
    ) -> EvaluationReport {
        var tally = EvaluationTally(labels: labels)
        var lengths = LengthSlices()
        var countries = ColumnSlices(column: "country")
        var errors = WorstErrors(most: mostErrors)
        for row in 0..<12 {
            let answer = row % 4 == 3 ? (row + 1) % 3 : row % 3
            var probabilities = [Double](repeating: 0.1, count: labels.count)
            probabilities[answer] = 0.8
            let score = tally.add(truth: row % 3, probabilities: probabilities, isTruncated: row == 0)
            lengths.add(row, isCorrect: score.answer == row % 3)
            countries.add(row < 5 ? "fr" : "<de>", isCorrect: score.answer == row % 3)
            if score.answer != row % 3 {
                errors.add(
                    WrongAnswer(
                        text: "\(text) \(row)", truth: row % 3, answer: score.answer, probability: 0.8, truthProbability: 0.1,
                        record: row + 1))
            }
        }
        let comparison = Comparison(truths: tally.truths, first: tally.answers, second: tally.truths, threads: 1)
        return EvaluationReport(
            model: "my-model", corpus: "test.csv", maxLength: 16, evaluation: tally.evaluation(threads: 1),
            slices: [lengths.slices, countries.slices], errors: errors, target: targetAccuracy.map(tally.target),
            other: other ? EvaluationReport.Other(model: "old", metrics: tally.metrics, comparison: comparison) : nil)
    }

    @Test func `The text has figures with intervals, labels with bars, probabilities and slices`() {
        let lines = Self.report().text.split(separator: "\n").map(String.init)
        #expect(lines[0] == "rows         12")
        #expect(lines[1] == "accuracy     0.7500  (95 % interval 0.4677 to 0.9111)")
        #expect(lines[2].hasPrefix("macro F1     0.7500  (95 % interval 0."))
        #expect(lines[9] == "baseline     0.3333  accuracy, if every answer is 'bad'")
        #expect(lines[10] == "             1.0986  NLL, if every answer gives the labels' frequencies")
        #expect(lines[11] == "truncated    1 row, to 16 tokens")
        #expect(lines.contains { $0.hasPrefix("so so") && $0.hasSuffix("4  ████████░░") })
        #expect(lines.contains("How often answers of each probability are right:"))
        #expect(lines.contains { $0.hasPrefix("0.73 to 0.80    12  0.8000    0.7500  ████████░░") })
        #expect(lines.contains("Accuracy by characters:") && lines.contains("Accuracy by country:"))
        #expect(!lines.contains("Compared on the same rows:"))
        #expect(Self.report(against: true).text.contains("p = 0.2500.\nThese rows do not show a difference at 95 %."))
    }

    @Test func `The JSON keeps its keys and has new ones after them`() throws {
        let json = Self.report(against: true).json
        let values = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let kept = [
            "rows", "accuracy", "accuracy_ci95", "macro_f1", "weighted_f1", "mcc", "nll", "brier", "ece", "auroc", "per_class", "confusion",
            "truncated_rows",
        ]
        let new = ["macro_f1", "weighted_f1", "mcc", "auroc", "nll", "brier", "ece"].map { $0 + "_ci95" }
        #expect(Set(values.keys) == Set(kept + new + ["baseline", "reliability", "risk_coverage", "slices", "against"]))
        #expect(json.hasPrefix("{\n  \"rows\": 12,\n  \"accuracy\": 0.75,\n"))
        let labels = try #require(values["per_class"] as? [String: [String: Double]])
        #expect(Set(labels["good"]!.keys) == ["precision", "recall", "f1", "support", "auroc", "average_precision"])
        let slices = try #require(values["slices"] as? [[String: Any]])
        #expect(slices.map { $0["by"] as? String } == ["characters", "country"])
        let against = try #require(values["against"] as? [String: Any])
        #expect(against["only_second_right"] as? Int == 3)
        #expect(abs(try #require(against["mcnemar_p"] as? Double) - 0.25) < 1e-12)
    }

    @Test func `A text in the page stays text, whatever it holds`() throws {
        let evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\" onload='x' \u{0} \u{85}"
        let page = Self.report(labels: ["<b>", "a&b", "\"q\""], text: evil).page
        #expect(!page.contains("alert(1)</script>") && !page.contains("<img"))
        #expect(page.contains("&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(page.contains("&quot; onload=&#39;x&#39; \u{FFFD} \u{FFFD} 3</p>"))
        #expect(page.contains("&lt;b&gt;") && page.contains("a&amp;b") && page.contains("&lt;de&gt;"))
        #expect(page.components(separatedBy: "<script>").count == 2 && page.components(separatedBy: "</script>").count == 2)
    }

    @Test func `The page needs no network and shows every part`() {
        let page = Self.report(against: true).page
        for address in ["http:", "https:", "url(", "@import", " src="] { #expect(!page.contains(address), "\(address)") }
        #expect(page.contains("default-src 'none'"))
        for id in ["summary", "labels", "probabilities", "curves", "slices", "comparison", "wrong-answers"] {
            #expect(page.contains("<section id=\"\(id)\""), "\(id)")
        }
        #expect(page.components(separatedBy: "<svg viewBox").count == 5)
        #expect(page.contains("class=\"confusion\""))
        #expect(page.components(separatedBy: "<li data-truth=").count == 4)
        #expect(!Self.report().page.contains("id=\"comparison\""))
    }

    @Test func `A page has a bounded number of wrong answers, each with the beginning of its text`() {
        let long = String(repeating: "long ", count: 1000)
        let page = Self.report(text: long, mostErrors: 2).page
        #expect(page.contains("The 2 most confident of 3 wrong answers."))
        #expect(page.utf8.count < 60_000)
        #expect(page.contains("long …</p>"))
    }

    @Test func `With many labels the page has a table of mistakes in place of the matrix`() {
        let page = Self.report(labels: (0..<30).map { "label \($0)" }).page
        #expect(!page.contains("class=\"confusion\"") && page.contains("The most frequent mistakes"))
    }

    @Test func `A report on no rows can be shown`() throws {
        let empty = EvaluationReport(
            model: "m", corpus: "c", maxLength: 8, evaluation: EvaluationTally(labels: ["a", "b"]).evaluation(threads: 1),
            slices: [LengthSlices().slices], errors: WorstErrors())
        #expect(empty.text.hasPrefix("rows         0\n") && empty.page.contains("There are none."))
        #expect(try JSONSerialization.jsonObject(with: Data(empty.json.utf8)) is [String: Any])
    }
}
