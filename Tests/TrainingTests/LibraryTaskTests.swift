import Foundation
import Tenor
import Testing

/// Pairs of texts, several labels and numbers, as a program sees them that imports the library.
@Suite struct LibraryTaskTests {
    @Test func `Pairs are tuned on, measured and answered, and the second text counts`() throws {
        let model = try SmallModel()
        // The label depends on the second text alone.
        let rows = model.rows(80).map { LabelledText("w5 w6", $0.text, label: $0.label) }
        var tuner = model.tuner(.all)
        tuner.epochs = 20
        let summary = try tuner.tune(Array(rows.prefix(60)), dev: Array(rows.suffix(20)), output: model.path("tuned"))
        let classifier = try Classifier(folder: model.path("tuned"))
        let scores = try classifier.evaluate(Array(rows.suffix(20)))
        #expect(scores.accuracy == summary.dev?.accuracy && scores.accuracy > 0.8)
        let pairs = rows.map { ($0.text, $0.second!) }
        let answers = try classifier.classify(pairs: pairs)
        #expect(try classifier.classify(pairs[0].0, pairs[0].1).label == answers[0].label)
        #expect(answers[0].logits != classifier.classify("w5 w6").logits)
        #expect(answers[0].labels == [answers[0].label] && answers[0].numbers.isEmpty)
    }

    @Test func `A column of second texts is read`() throws {
        let model = try SmallModel()
        let table = model.path("pairs.csv")
        try "question,answer,label\nWhy?,Because.,a\nWho?,Me.,b\n".write(toFile: table, atomically: true, encoding: .utf8)
        #expect(
            try LabelledText.read(table, textColumns: ["question"], pairColumn: "answer") == [
                LabelledText("Why?", "Because.", label: "a"), LabelledText("Who?", "Me.", label: "b"),
            ])
    }

    @Test func `Several labels have a probability each, and rows with one label each do not measure them`() throws {
        let model = try SmallModel()
        try model.set(problemType: "multi_label_classification")
        let classifier = try Classifier(folder: model.folder)
        #expect(classifier.kind == .severalLabels)
        for answer in classifier.classify(model.texts) {
            for (label, logit) in zip(classifier.labels, answer.logits) {
                #expect(abs(answer[label]! - 1 / (1 + exp(-Double(logit)))) < 1e-9)
                #expect(answer.labels.contains(label) == (answer[label]! >= 0.5))
            }
        }
        let error = #expect(throws: TenorError.self) { try classifier.evaluate([LabelledText("w6", label: "positive")]) }
        #expect(error?.kind == .badRequest)
    }

    @Test func `Numbers are numbers, and no label`() throws {
        let model = try SmallModel()
        try model.set(problemType: "regression")
        let classifier = try Classifier(folder: model.folder)
        #expect(classifier.kind == .numbers)
        let answer = classifier.classify(model.texts[0])
        #expect(answer.numbers == answer.logits.map(Double.init))
        #expect(answer.choices.isEmpty && answer.labels.isEmpty && answer.label.isEmpty && answer.probability.isNaN)
        #expect(throws: TenorError.self) { try classifier.evaluate([LabelledText("w6", label: "positive")]) }
    }
}

extension SmallModel {
    fileprivate func set(problemType: String) throws {
        let path = folder + "/config.json"
        var json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [String: Any] ?? [:]
        json["problem_type"] = problemType
        try JSONSerialization.data(withJSONObject: json).write(to: URL(filePath: path))
    }
}
