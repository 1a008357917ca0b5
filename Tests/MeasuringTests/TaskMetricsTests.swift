import Foundation
import TenorFiles
import TenorMeasuring
import Testing

/// `Tests/Fixtures/tasks.py` generates the expected values with scikit-learn and scipy.
@Suite struct TaskMetricsTests {
    private static let fixture = try! JSON(
        readingFile: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/tasks.json").path)

    private func near(_ value: Double?, _ json: JSON?) -> Bool {
        guard let wanted = json?.double else { return value == nil }
        return value.map { abs($0 - wanted) < 1e-9 } ?? false
    }

    private func numbers(_ json: JSON?) -> [[Double]] { json?.array?.map { $0.array?.compactMap(\.double) ?? [] } ?? [] }

    @Test("Metrics of any number of labels are scikit-learn's", arguments: 0..<5)
    func sets(_ index: Int) throws {
        let json = try #require(Self.fixture["sets"]?.array?[index])
        let probabilities = numbers(json["probabilities"])
        let names = probabilities[0].indices.map { "label \($0)" }
        var tally = MultiLabelTally(labels: names, thresholds: json["thresholds"]!.array!.compactMap(\.double))
        for (row, truth) in numbers(json["truth"]).enumerated() {
            tally.add(truth: truth.indices.filter { truth[$0] == 1 }, probabilities: probabilities[row])
        }
        let metrics = tally.metrics
        for (value, key) in [
            (metrics.microF1, "micro_f1"), (metrics.microPrecision, "micro_precision"), (metrics.microRecall, "micro_recall"),
            (metrics.macroF1, "macro_f1"), (metrics.weightedF1, "weighted_f1"), (metrics.sampleF1, "samples_f1"),
            (metrics.subsetAccuracy, "subset_accuracy"), (metrics.hammingLoss, "hamming_loss"), (metrics.loss, "bce"),
            (metrics.meanAveragePrecision ?? .nan, "macro_average_precision"),
        ] {
            #expect(near(value, json[key]), "\(key)")
        }
        for (index, label) in metrics.labels.enumerated() {
            #expect(near(label.precision, json["precision"]?.array?[index]))
            #expect(near(label.recall, json["recall"]?.array?[index]))
            #expect(near(label.f1, json["f1"]?.array?[index]))
            #expect(label.support == json["support"]?.array?[index].int)
            #expect(near(label.averagePrecision, json["average_precision"]?.array?[index]))
        }
        let again = try #require(MultiLabelMetrics(JSON(parsing: metrics.values.serialized()), labels: names))
        #expect(again.labels == metrics.labels && again.rows == metrics.rows && abs(again.sampleF1 - metrics.sampleF1) < 1e-15)
    }

    @Test("Metrics of numbers are scikit-learn's and scipy's", arguments: 0..<5)
    func values(_ index: Int) throws {
        let json = try #require(Self.fixture["numbers"]?.array?[index])
        let (truth, answers) = (numbers(json["truth"]), numbers(json["answers"]))
        let names = truth[0].indices.map { "number \($0)" }
        var tally = RegressionTally(outputs: names)
        for (truth, answer) in zip(truth, answers) { tally.add(truth: truth, answer: answer) }
        let metrics = tally.metrics
        #expect(near(metrics.rmse, json["rmse"]) && near(metrics.mae, json["mae"]) && near(metrics.r2, json["r2"]))
        for (output, column) in zip(metrics.outputs, json["columns"]!.array!) {
            #expect(near(output.rmse, column["rmse"]) && near(output.mae, column["mae"]))
            #expect(near(output.r2, column["r2"]) && near(output.pearson, column["pearson"]) && near(output.spearman, column["spearman"]))
        }
        #expect(RegressionMetrics(try JSON(parsing: metrics.values.serialized()), outputs: names) == metrics)
    }

    @Test("Beyond the limit of scores the average precision is left out, and the rest is the same")
    func manyScores() {
        func metrics(_ most: Int) -> MultiLabelMetrics {
            var tally = MultiLabelTally(labels: ["a", "b"], thresholds: [0.5, 0.5], mostScores: most)
            for row in 0..<10 { tally.add(truth: row % 2 == 0 ? [0] : [], probabilities: [Double(row) / 10, 0.2]) }
            return tally.metrics
        }
        #expect(metrics(20).meanAveragePrecision != nil && metrics(19).meanAveragePrecision == nil)
        #expect(metrics(20).macroF1 == metrics(19).macroF1)
    }
}
