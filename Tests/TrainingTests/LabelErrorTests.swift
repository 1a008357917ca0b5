import TenorFiles
import TenorLayers
import TenorModeling
import TenorSupport
import TenorTraining
import Testing

/// `Tests/Fixtures/label_errors.py` generates the expected rows with cleanlab.
@Suite struct LabelErrorTests {
    private static let cases = try! JSON(readingFile: ModelFixture.path("label_errors.json"))["cases"]!.array!

    @Test(arguments: cases.indices)
    func `Rows with wrong labels are those that cleanlab finds, in its order`(_ index: Int) {
        let json = Self.cases[index]
        let learning = ConfidentLearning(
            labels: json["labels"]!.array!.map { $0.int! },
            probabilities: json["probabilities"]!.array!.map { $0.array!.map { $0.double! } }, labelCount: json["label_count"]!.int!)
        #expect(learning.issues.map(\.row) == json["issues"]!.array!.map { $0.int! }, "\(json["name"]!.string!)")
    }

    @Test func `Without rows there are no issues, and one has both labels and probabilities`() {
        #expect(ConfidentLearning(labels: [], probabilities: [], labelCount: 2).issues.isEmpty)
        let right = Array(repeating: [0.9, 0.1], count: 10) + Array(repeating: [0.1, 0.9], count: 10)
        let labels = (0..<20).map { $0 < 10 ? 0 : 1 } + [0]
        let issues = ConfidentLearning(labels: labels, probabilities: right + [[0.05, 0.95]], labelCount: 2).issues
        #expect(issues.map(\.row) == [20] && issues[0].given == 0 && issues[0].likely == 1)
        #expect(issues[0].givenProbability == 0.05 && issues[0].likelyProbability == 0.95)
    }

    @Test func `A row's own label has no part in what it is given`() {
        var randomness = Randomness(seed: 1)
        let matrix = Matrix(rows: 40, columns: 3, (0..<120).map { _ in Float(randomness.normal()) })
        let features = Features((0..<40).map { matrix.view[$0..<$0 + 1] }, isCentered: true)
        var labels = (0..<40).map { $0 % 2 }
        let folds = StratifiedFolds(labels, count: 5, seed: 1)
        let solver = HeadSolver(outputs: 2, seed: 1, threads: 1)
        let before = solver.outOfFold(features, .labels(labels), strength: 1, folds).answers
        labels[7] = 1 - labels[7]
        let after = solver.outOfFold(features, .labels(labels), strength: 1, folds).answers
        for row in 0..<40 where folds.folds[row] == folds.folds[7] { #expect(before[row] == after[row]) }
        #expect(before[8] != after[8] || folds.folds[8] == folds.folds[7])
        #expect(before.allSatisfy { $0 != nil })
    }
}
