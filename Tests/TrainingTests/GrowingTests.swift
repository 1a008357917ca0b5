import TenorClassifying
import TenorModeling
import TenorReading
import TenorSupport
import TenorTraining
import Testing

/// A head that gets further labels, and the old rows that are trained on with the new ones.
@Suite struct GrowingTests {
    @Test(arguments: ModelFixture.cases)
    func `A grown head gives the old labels the same logits, and a new one their mean`(name: String) throws {
        let fixture = try ModelFixture(name)
        let model = try ModelFolder(fixture.folder).classifier()
        let grown = try model.grown(by: ["new", "newer"])
        let (few, many) = (model.labels.count, model.labels.count + 2)
        #expect(grown.labels == model.labels + ["new", "newer"])
        #expect(try grown.configuration.labels == grown.labels)
        let (old, new) = (model.logits(fixture.ids, threads: 1).elements, grown.logits(fixture.ids, threads: 1).elements)
        for row in fixture.ids.indices {
            let (before, after) = (Array(old[row * few..<(row + 1) * few]), Array(new[row * many..<(row + 1) * many]))
            let mean = before.reduce(0, +) / Float(few)
            #expect(largestDifference(after, before + [mean, mean]) < 1e-4)
        }
    }

    private func source(_ texts: [String], _ labels: [Int], _ name: String) -> TrainingData.Source {
        TrainingData.Source(rows: TrainingData.Rows(texts: texts, labels: labels), name: name, digest: name)
    }

    @Test func `A fifth of the old rows of each label is held out, and the others are trained on after the new ones`() throws {
        let old = source((0..<100).map { "old \($0)" }, (0..<100).map { $0 % 2 }, "old")
        let new = source((0..<10).map { "new \($0)" }, (0..<10).map { _ in 2 }, "new")
        let data = TrainingData(labels: ["a", "b", "c"], new, old: old, dev: nil, devFraction: 0, seed: 1)
        let held = try #require(data.old?.held)
        #expect(held.targets.counts(labels: 3) == [10, 10, 0] && data.labelCounts == [40, 40, 10] && data.rowCount == 90)
        #expect(TrainedRows(data.train.texts).count(of: held.texts) == 0)
        for (text, place) in zip(data.train.texts, data.trainRows) {
            #expect(text.joined == (place < 10 ? "new \(place)" : "old \(place - 10)"))
        }
        let again = TrainingData(labels: ["a", "b", "c"], new, old: old, dev: nil, devFraction: 0, seed: 1)
        #expect(again.trainRows == data.trainRows)
    }

    @Test func `At most about 1,000 old rows are held out`() {
        let old = source((0..<20_000).map { "old \($0)" }, (0..<20_000).map { $0 % 2 }, "old")
        let new = source(["new"], [2], "new")
        #expect(TrainingData(labels: ["a", "b", "c"], new, old: old, dev: nil, devFraction: 0, seed: 1).old?.held.count == 1000)
    }

    @Test func `A text that is trained on or chooses the epoch is not held out, in whatever case it is written`() throws {
        let old = source((0..<40).map { "old \($0)" }, (0..<40).map { $0 % 2 }, "old")
        let copies = source((0..<40).map { "OLD  \($0)" }, (0..<40).map { _ in 2 }, "copies")
        let other = source(["new"], [2], "new")
        #expect(TrainingData(labels: ["a", "b", "c"], copies, old: old, dev: nil, devFraction: 0, seed: 1).old?.held.count == 0)
        #expect(TrainingData(labels: ["a", "b", "c"], other, old: old, dev: copies, devFraction: 0, seed: 1).old?.held.count == 0)
        #expect(TrainingData(labels: ["a", "b", "c"], other, old: old, dev: nil, devFraction: 0, seed: 1).old?.held.count == 8)
    }

    @Test func `The labels of a kept head are found in those of the run, placeholders by number`() {
        #expect(HeadPlan.places(of: ["a", "b"], in: ["c", "b", "a"]) == [2, 1])
        #expect(HeadPlan.places(of: ["LABEL_0", "LABEL_1"], in: ["1", "0"]) == [1, 0])
    }
}
