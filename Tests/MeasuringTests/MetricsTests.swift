import Foundation
import TenorFiles
import TenorMeasuring
import Testing

/// A case from Tests/Fixtures/metrics.json, which metrics.py beside it writes.
private struct Reference: Decodable {
    var name: String
    var truth: [Int]
    var probabilities: [[Double]]
    var accuracy: Double
    var interval: [Double]
    var macroF1: Double
    var weightedF1: Double
    var mcc: Double
    var nll: Double
    var brier: Double
    var ece: Double
    var auroc: Double?
    var precision: [Double]
    var recall: [Double]
    var f1: [Double]
    var support: [Int]
    var confusion: [[Int]]
}

@Suite struct MetricsTests {
    @Test func everyMetricIsScikitLearns() throws {
        let file = URL(filePath: #filePath).appending(path: "../../Fixtures/metrics.json").standardizedFileURL
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let references = try decoder.decode([Reference].self, from: Data(contentsOf: file))
        #expect(references.count == 11)
        for reference in references {
            let metrics = metrics(reference.truth, reference.probabilities)
            let scores = metrics.confusion.classScores
            func expectSame(_ found: Double, _ wanted: Double, _ what: String) {
                #expect(abs(found - wanted) <= 1e-9, "\(reference.name): \(what)")
            }
            expectSame(metrics.confusion.accuracy, reference.accuracy, "accuracy")
            expectSame(metrics.confusion.accuracyInterval.lowerBound, reference.interval[0], "interval")
            expectSame(metrics.confusion.accuracyInterval.upperBound, reference.interval[1], "interval")
            expectSame(metrics.confusion.macroF1, reference.macroF1, "macro F1")
            expectSame(metrics.confusion.weightedF1, reference.weightedF1, "weighted F1")
            expectSame(metrics.confusion.matthewsCorrelation, reference.mcc, "MCC")
            expectSame(metrics.nll, reference.nll, "nll")
            expectSame(metrics.brier, reference.brier, "Brier")
            expectSame(metrics.ece, reference.ece, "ECE")
            #expect((metrics.auroc == nil) == (reference.auroc == nil), "\(reference.name): AUROC")
            expectSame(metrics.auroc ?? 0, reference.auroc ?? 0, "AUROC")
            for index in scores.indices {
                expectSame(scores[index].precision, reference.precision[index], "precision of \(index)")
                expectSame(scores[index].recall, reference.recall[index], "recall of \(index)")
                expectSame(scores[index].f1, reference.f1[index], "F1 of \(index)")
            }
            #expect(scores.map(\.support) == reference.support, "\(reference.name)")
            #expect(metrics.confusion.counts == reference.confusion, "\(reference.name)")
        }
    }

    @Test func aConfidenceOnABinsEdgeCountsToTheLowerBin() {
        var bins = CalibrationBins()
        // 0.6 is the edge between the ninth and the tenth bin.
        bins.add(confidence: 0.6, isCorrect: true)
        bins.add(confidence: 0.59, isCorrect: false)
        bins.add(confidence: 0.61, isCorrect: true)
        #expect(abs(bins.expectedError - (0.19 + 0.39) / 3) < 1e-12)
    }

    @Test func wilsonsIntervalIsThatOfTheTextbook() {
        // Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263, 0 of 20, 29 of 29.
        for (right, rows, low, high) in [(81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611), (29, 29, 0.8830, 1.0)] {
            var confusion = Confusion(classCount: 2)
            for row in 0..<rows { confusion.add(truth: 0, predicted: row < right ? 0 : 1) }
            #expect(abs(confusion.accuracyInterval.lowerBound - low) < 5e-5)
            #expect(abs(confusion.accuracyInterval.upperBound - high) < 5e-5)
        }
    }

    @Test func theFileHasTheKeysOfTheCommandLineInTheirOrder() throws {
        var tally = MetricsTally(labels: ["bad \"x\"", "good"])
        tally.add(truth: 0, probabilities: [0.75, 0.25] as [Double])
        tally.add(truth: 1, probabilities: [0.5, 0.5] as [Float], isTruncated: true)
        let json = tally.metrics.json
        #expect(
            json == """
                {
                  "rows": 2,
                  "accuracy": 0.5,
                  "accuracy_ci95": [\(tally.metrics.confusion.accuracyInterval.lowerBound), \(tally.metrics.confusion.accuracyInterval.upperBound)],
                  "macro_f1": 0.3333333333333333,
                  "weighted_f1": 0.3333333333333333,
                  "mcc": 0.0,
                  "nll": \(tally.metrics.nll),
                  "brier": 0.3125,
                  "ece": 0.375,
                  "auroc": 1.0,
                  "per_class": {
                    "bad \\"x\\"": {"precision": 0.5, "recall": 1.0, "f1": 0.6666666666666666, "support": 1},
                    "good": {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 1}
                  },
                  "confusion": {
                    "labels": ["bad \\"x\\"", "good"],
                    "counts": [
                      [1, 0],
                      [1, 0]
                    ]
                  },
                  "truncated_rows": 1
                }

                """)
        #expect(try JSONSerialization.jsonObject(with: Data(json.utf8)) is [String: Any])
    }

    @Test func whatIsNotDeterminedIsLeftOutOfTheFileAndWhatIsNotANumberIsNull() throws {
        let one = metrics([1], [[0.5, 0.5]])
        #expect(!one.json.contains("auroc"))
        let broken = metrics([0, 1], [[.nan, .nan], [.nan, .nan]])
        #expect(broken.auroc == nil)
        #expect(broken.json.contains("\"nll\": null"))
        #expect(try JSONSerialization.jsonObject(with: Data(broken.json.utf8)) is [String: Any])
        #expect(try JSONSerialization.jsonObject(with: Data(MetricsTally(labels: ["a", "b"]).metrics.json.utf8)) is [String: Any])
    }

    @Test func moreIsBetterButForTheLoss() {
        let good = metrics([0, 1, 1], [[0.9, 0.1], [0.2, 0.8], [0.1, 0.9]])
        let bad = metrics([0, 1, 1], [[0.4, 0.6], [0.6, 0.4], [0.1, 0.9]])
        for metric in SelectionMetric.forLabels {
            #expect(metric.isBetter(.labels(good), than: .labels(bad)), "\(metric)")
            #expect(!metric.isBetter(.labels(bad), than: .labels(good)), "\(metric)")
            #expect(!metric.isBetter(.labels(good), than: .labels(good)), "\(metric)")
            #expect(metric.isBetter(.labels(bad), than: nil), "\(metric)")
        }
        #expect(SelectionMetric.forLabels.map(\.rawValue) == ["accuracy", "macro-f1", "weighted-f1", "mcc", "nll", "auroc"])
    }

    @Test func whatIsNotANumberIsNeverBetterAndAlwaysWorse() {
        let good = metrics([0, 1], [[0.9, 0.1], [0.2, 0.8]])
        let broken = metrics([0, 1], [[.nan, .nan], [.nan, .nan]])
        for metric in [SelectionMetric.nll, .auroc] {
            #expect(!metric.isBetter(.labels(broken), than: nil))
            #expect(!metric.isBetter(.labels(broken), than: .labels(good)))
            #expect(metric.isBetter(.labels(good), than: .labels(broken)))
        }
    }

    @Test func `For many labels only the pairs that occur are written, and they are read again`() throws {
        let labels = (0..<101).map { "label \($0)" }
        var tally = EvaluationTally(labels: labels)
        for (truth, predicted) in [(0, 0), (3, 100), (3, 100), (100, 7)] {
            var probabilities = [Double](repeating: 0, count: 101)
            probabilities[predicted] = 1
            tally.add(truth: truth, probabilities: probabilities)
        }
        let metrics = tally.metrics
        let confusion = try #require(metrics.values["confusion"])
        #expect(confusion["pairs"]?.serialized() == "[[0,0,1],[3,100,2],[100,7,1]]")
        #expect(confusion["counts"] == nil && confusion["labels"]?.array?.count == 101)
        #expect(Metrics(metrics.values, labels: labels)?.confusion == metrics.confusion)
        #expect(metrics.confusion.counts[3][100] == 2 && metrics.confusion.accuracy == 0.25)
        #expect(text(tally).contains("\nlabel 3    label 100     2\nlabel 100    label 7     1\n"))
        #expect(metrics.json.utf8.count < 101 * 120)
    }

    @Test func `For a hundred labels the whole table is written`() {
        let values = metrics([0], [[Double](repeating: 0.01, count: 100)]).values
        #expect(values["confusion"]?["counts"]?.array?.count == 100 && values["confusion"]?["pairs"] == nil)
    }

    @Test func `The summary has no figures for single labels`() {
        let summary = metrics([0, 1], [[0.9, 0.1], [0.2, 0.8]]).summary
        #expect(summary["accuracy"]?.double == 1 && summary["rows"]?.int == 2 && summary["truncated_rows"]?.int == 0)
        #expect(summary["confusion"] == nil && summary["per_class"] == nil)
    }

    @Test(arguments: ["[[0,101,1]]", "[[-1,0,1]]", "[[0,0]]", "[[0,0,0]]", "[[0,0,-1]]", "[[0,0,9223372036854775807]]", "7"])
    func `Pairs that no run can have counted are refused`(pairs: String) throws {
        let labels = (0..<101).map(String.init)
        let json = #"{"confusion": {"labels": [\#(labels.map { "\"\($0)\"" }.joined(separator: ","))], "pairs": \#(pairs)}}"#
        #expect(Metrics(try Array(json.utf8).withUnsafeBytes { try JSON(parsing: $0) }, labels: labels) == nil)
        let good = json.replacing("\"pairs\": \(pairs)", with: "\"pairs\": [[0,100,3]]")
        #expect(Metrics(try Array(good.utf8).withUnsafeBytes { try JSON(parsing: $0) }, labels: labels)?.confusion.rows == 3)
    }

    @Test func `The area under the curve is left out where its scores would take too much memory`() {
        func area(rows: Int, mostScores: Int) -> Metrics {
            var tally = MetricsTally(labels: ["a", "b", "c"], mostScores: mostScores)
            for row in 0..<rows { tally.add(truth: row % 3, probabilities: [0.2, 0.3, 0.5] as [Double]) }
            return tally.metrics
        }
        #expect(area(rows: 6, mostScores: 18).auroc == 0.5)
        let without = area(rows: 6, mostScores: 17)
        #expect(without.auroc == nil && without.nll == area(rows: 6, mostScores: 18).nll)
        var tally = EvaluationTally(labels: ["a", "b"], mostProbabilities: 1)
        tally.add(truth: 0, probabilities: [0.5, 0.5])
        #expect(text(tally).contains("\nAUROC        not computed: too many rows and labels\n"))
    }

    private func text(_ tally: EvaluationTally) -> String {
        EvaluationReport(
            model: "m", corpus: "c", maxLength: 8, evaluation: tally.evaluation(threads: 1), slices: [], errors: WorstErrors()
        ).text
    }

    private func metrics(_ truth: [Int], _ probabilities: [[Double]]) -> Metrics {
        var tally = MetricsTally(labels: (0..<probabilities[0].count).map(String.init))
        for (truth, row) in zip(truth, probabilities) { tally.add(truth: truth, probabilities: row) }
        return tally.metrics
    }
}
