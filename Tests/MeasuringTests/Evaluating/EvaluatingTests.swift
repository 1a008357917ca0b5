import Foundation
import TenorMeasuring
import Testing

/// Tests/Fixtures/evaluating.json, which evaluating.py beside it writes.
struct EvaluatingReference: Decodable, Sendable {
    struct Case: Decodable, Sendable {
        var name: String
        var classes: Int
        var truth: [Int]
        var probabilities: [[Double]]
        var accuracy: Double?
        var precision: [Double]?
        var recall: [Double]?
        var f1: [Double]?
        var support: [Int]?
        var confusion: [[Int]]?
        var logLoss: Double?
        var auroc: Double?
        var areas: [Double?]?
        var averagePrecisions: [Double?]?
        var areaUnderRiskCoverage: Double?
        var majorityAccuracy: Double?
        var majorityMacroF1: Double?
        var priorLogLoss: Double?
        var priorBrier: Double?
        var intervals: [String: [Double]]?
    }

    struct Share: Decodable, Sendable {
        var part: Int
        var whole: Int
        var interval: [Double]
    }

    struct Pair: Decodable, Sendable {
        var first: Int
        var second: Int
        var p: Double
    }

    var cases: [Case]
    var shares: [Share]
    var pairs: [Pair]

    static func read() throws -> EvaluatingReference {
        let file = URL(filePath: #filePath).appending(path: "../../../Fixtures/evaluating.json").standardizedFileURL
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(EvaluatingReference.self, from: Data(contentsOf: file))
    }
}

extension EvaluatingReference.Case {
    func evaluation(threads: Int = 1) -> Evaluation {
        var tally = EvaluationTally(labels: (0..<classes).map(String.init))
        for (truth, row) in zip(truth, probabilities) { tally.add(truth: truth, probabilities: row) }
        return tally.evaluation(threads: threads)
    }
}

@Suite struct EvaluatingTests {
    private let reference: EvaluatingReference

    init() throws { reference = try EvaluatingReference.read() }

    private func expectSame(_ found: Double?, _ wanted: Double?, _ what: String) {
        #expect((found == nil) == (wanted == nil), "\(what)")
        #expect(abs((found ?? 0) - (wanted ?? 0)) <= 1e-9, "\(what): \(found ?? .nan), not \(wanted ?? .nan)")
    }

    @Test func `Scores, areas and baselines are scikit-learn's`() throws {
        #expect(reference.cases.count == 11)
        for wanted in reference.cases where !wanted.truth.isEmpty {
            let found = wanted.evaluation()
            let confusion = found.metrics.confusion
            let scores = confusion.classScores
            let curves = try #require(found.curves)
            expectSame(confusion.accuracy, wanted.accuracy, "\(wanted.name): accuracy")
            #expect(confusion.counts == wanted.confusion && scores.map(\.support) == wanted.support, "\(wanted.name)")
            for label in 0..<wanted.classes {
                expectSame(scores[label].precision, wanted.precision?[label], "\(wanted.name): precision of \(label)")
                expectSame(scores[label].recall, wanted.recall?[label], "\(wanted.name): recall of \(label)")
                expectSame(scores[label].f1, wanted.f1?[label], "\(wanted.name): F1 of \(label)")
                expectSame(curves[label].areaUnderROC, wanted.areas?[label], "\(wanted.name): AUROC of \(label)")
                expectSame(curves[label].averagePrecision, wanted.averagePrecisions?[label], "\(wanted.name): AP of \(label)")
            }
            expectSame(found.metrics.auroc, wanted.auroc, "\(wanted.name): AUROC")
            expectSame(found.riskCoverage.area, wanted.areaUnderRiskCoverage, "\(wanted.name): risk-coverage")
            expectSame(found.baseline.accuracy, wanted.majorityAccuracy, "\(wanted.name): majority")
            expectSame(found.baseline.macroF1, wanted.majorityMacroF1, "\(wanted.name): macro F1 of the majority")
            expectSame(found.baseline.brier, wanted.priorBrier, "\(wanted.name): Brier of the prior")
            guard wanted.classes > 1 else { continue }
            expectSame(found.metrics.nll, wanted.logLoss, "\(wanted.name): NLL")
            expectSame(found.baseline.nll, wanted.priorLogLoss, "\(wanted.name): NLL of the prior")
        }
    }

    @Test func `Without rows there are no areas, no curves and no intervals but that of the accuracy`() throws {
        let found = try #require(reference.cases.first { $0.truth.isEmpty }).evaluation()
        #expect(found.metrics.auroc == nil && found.metrics.confusion.accuracy == 0)
        let curves = try #require(found.curves)
        #expect(curves.allSatisfy { $0.roc == nil && $0.averagePrecision == nil && $0.precisionRecall == nil })
        #expect(found.reliability.isEmpty && found.riskCoverage.curve == nil && found.riskCoverage.steps.isEmpty)
        #expect(found.intervals == [.accuracy: 0...1])
        #expect(found.baseline.nll == 0 && found.baseline.brier == 0)
    }

    @Test func `Intervals by resampling are the quantiles that scikit-learn's figures have on the same samples`() throws {
        let resampled = reference.cases.filter { $0.intervals != nil }
        #expect(resampled.count == 2)
        for wanted in resampled {
            let found = wanted.evaluation(threads: 2)
            let intervals = try #require(wanted.intervals)
            #expect(intervals.count == 7)
            for (key, interval) in intervals {
                let figure = try #require(HeadlineFigure(rawValue: key))
                expectSame(found.intervals[figure]?.lowerBound, interval[0], "\(wanted.name): \(key)")
                expectSame(found.intervals[figure]?.upperBound, interval[1], "\(wanted.name): \(key)")
            }
        }
    }

    @Test func `Intervals are the same on any number of threads`() throws {
        let rows = try #require(reference.cases.first { $0.intervals != nil })
        #expect(rows.evaluation(threads: 1).intervals == rows.evaluation(threads: 3).intervals)
    }

    @Test func `Wilson's interval is that of statsmodels`() {
        #expect(reference.shares.count == 8)
        for share in reference.shares {
            let found = wilsonInterval(share.part, of: share.whole)
            expectSame(found.lowerBound, share.interval[0], "\(share)")
            expectSame(found.upperBound, share.interval[1], "\(share)")
        }
        #expect(wilsonInterval(0, of: 0) == 0...1)
    }

    @Test func `McNemar's exact test is that of statsmodels`() {
        #expect(reference.pairs.count == 11)
        for pair in reference.pairs {
            let comparison = compared(onlyFirst: pair.first, onlySecond: pair.second, both: 30)
            #expect(comparison.onlyFirstCorrect == pair.first && comparison.onlySecondCorrect == pair.second)
            expectSame(comparison.pValue, pair.p, "\(pair)")
        }
    }
}

/// Two classifiers with these numbers of right answers on rows of label 0.
func compared(onlyFirst: Int, onlySecond: Int, both: Int, neither: Int = 0) -> Comparison {
    func answers(_ counts: [(Int32, Int)]) -> [Int32] { counts.flatMap { [Int32](repeating: $0.0, count: $0.1) } }
    let first = answers([(0, onlyFirst), (1, onlySecond), (0, both), (1, neither)])
    let second = answers([(1, onlyFirst), (0, onlySecond), (0, both), (2, neither)])
    return Comparison(truths: [Int32](repeating: 0, count: first.count), first: first, second: second, threads: 1)
}
