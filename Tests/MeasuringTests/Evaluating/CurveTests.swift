import TenorMeasuring
import Testing

@Suite struct CurveTests {
    @Test func `Equal scores are one threshold of the curves`() throws {
        let ranked = try #require(RankedScores([0.9, 0.5, 0.5, 0.1], [true, true, false, false]))
        #expect(ranked.roc?.points.map(\.x) == [0, 0, 0.5, 1])
        #expect(ranked.roc?.points.map(\.y) == [0, 0.5, 1, 1])
        #expect(ranked.precisionRecall?.points.map(\.x) == [0, 0.5, 1, 1])
        #expect(ranked.precisionRecall?.points.map(\.y) == [1, 1, 2.0 / 3, 0.5])
        #expect(ranked.areaUnderROC() == 0.875)
        #expect(ranked.areaUnderROC([2, 0, 1, 1]) == 1)
        #expect(ranked.areaUnderROC([0, 0, 1, 1]) == nil)
        #expect(RankedScores([.nan], [true]) == nil)
    }

    @Test func `A curve over many rows has few points and keeps its ends`() throws {
        let count = 50_000
        let ranked = try #require(RankedScores((0..<count).map(Double.init), (0..<count).map { $0 % 3 == 0 }))
        let roc = try #require(ranked.roc)
        #expect(roc.points.count < 600)
        #expect(roc.points.first == roc.points.first { $0.x == 0 && $0.y == 0 })
        #expect(roc.points.last.map { [$0.x, $0.y] } == [1, 1])
        for point in roc.points { #expect(abs(point.x - point.y) < 0.01) }
    }

    @Test func `Thresholds answer each tenth of the rows`() {
        var tally = EvaluationTally(labels: ["a", "b"])
        for row in 0..<20 {
            let probability = 0.6 + 0.01 * Double(row)
            tally.add(truth: row < 5 ? 1 : 0, probabilities: [probability, 1 - probability])
        }
        let found = tally.evaluation(threads: 1).riskCoverage
        #expect(found.steps.map(\.coverage) == (1...10).map { Double($0) / 10 })
        #expect(found.steps.map(\.accuracy)[7...] == [15.0 / 16, 15.0 / 18, 0.75])
        #expect(found.steps[0].probability == 0.6 + 0.01 * 18)
    }

    @Test func `With too many rows and labels there are no curves, and all other figures`() {
        func evaluation(_ most: Int) -> Evaluation {
            var tally = EvaluationTally(labels: ["a", "b", "c"], mostProbabilities: most)
            for row in 0..<6 { tally.add(truth: row % 3, probabilities: [0.2, 0.3, 0.5]) }
            return tally.evaluation(threads: 1)
        }
        #expect(evaluation(18).metrics.auroc == 0.5 && evaluation(18).curves?.count == 3)
        let without = evaluation(17)
        #expect(without.metrics.auroc == nil && without.curves == nil && without.intervals[.auroc] == nil)
        #expect(without.metrics.nll == evaluation(18).metrics.nll && without.intervals[.nll] != nil)
    }
}
