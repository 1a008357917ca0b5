import TenorMeasuring
import Testing

@Suite struct ComparisonTests {
    @Test func `A clear difference is said to be real, and which of the two is better`() {
        let comparison = compared(onlyFirst: 10, onlySecond: 60, both: 900, neither: 30)
        #expect(comparison.isReal)
        #expect(comparison.difference == -0.05 && comparison.differing == 100)
        #expect(
            comparison.conclusion(first: "a", second: "b") == "The difference is real at 95 %: b is right on 5.0 points more of the rows.")
    }

    @Test func `A difference that is not shown comes with the number of rows that would show it`() {
        let comparison = compared(onlyFirst: 30, onlySecond: 20, both: 900, neither: 50)
        #expect(!comparison.isReal)
        // Connor's formula by hand: psi 0.05, delta 0.01, (1.96 sqrt(0.05) + 0.8416 sqrt(0.0499))^2 / 0.0001 = 3922.5.
        #expect(comparison.rowsNeeded == 3923)
        #expect(
            comparison.conclusion(first: "a", second: "b")
                == "These rows do not show a difference at 95 %. If a is better by 1.0 points, about 4,000 rows would show it.")
    }

    @Test func `Equally good classifiers need no rows`() {
        let comparison = compared(onlyFirst: 7, onlySecond: 7, both: 10)
        #expect(comparison.rowsNeeded == nil && comparison.pValue == 1)
        #expect(comparison.conclusion(first: "a", second: "b") == "Both are right equally often: these rows show no difference.")
    }

    @Test func `The interval of the difference holds the difference, and is that of a paired sample`() throws {
        let comparison = compared(onlyFirst: 90, onlySecond: 60, both: 850)
        let interval = try #require(comparison.interval)
        // By the normal approximation: 0.03 ± 1.96 sqrt(0.15 - 0.03²) / sqrt(1000).
        #expect(abs(interval.lowerBound - 0.00607) < 0.002 && abs(interval.upperBound - 0.05393) < 0.002)
        #expect(compared(onlyFirst: 0, onlySecond: 0, both: 0).interval == nil)
    }
}
