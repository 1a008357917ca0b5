import TenorMeasuring
import Testing

@Suite struct BaseRankingTests {
    /// A base that is right on the first `right` of 100 rows.
    private func base(_ name: String, right: Int, seconds: Double, unknown: Double = 0, licence: String? = "mit") -> BaseFigures {
        BaseFigures(
            folder: name, parameters: 1, right: (0..<100).map { $0 < right }, logME: 0, unknownShare: unknown, longShare: 0,
            maxLength: 512, head: .init(seconds: 1, bytes: 1), layers: .init(seconds: seconds, bytes: 1), licence: licence)
    }

    @Test func `Of bases that are equally good within the error the fastest comes first, and a worse one last`() {
        let ranking = BaseRanking([
            base("slow", right: 90, seconds: 100), base("worse", right: 60, seconds: 1), base("fast", right: 89, seconds: 20),
        ])
        #expect(ranking.bases.map(\.folder) == ["fast", "slow", "worse"])
        #expect(ranking.reasons(0)[0].hasSuffix("no base that is as good, within the error, trains faster"))
        #expect(ranking.reasons(1)[0].hasSuffix("training takes 5.0 times as long"))
        #expect(ranking.reasons(2)[0].contains("30.0 points less than the best (standard error 4.6)"))
    }

    @Test func `A better base comes first, however slow`() {
        let ranking = BaseRanking([base("fast", right: 80, seconds: 1), base("good", right: 90, seconds: 100)])
        #expect(ranking.bases.map(\.folder) == ["good", "fast"])
        #expect(ranking.reasons(0) == ["a head on its states is right for 90.0 % of the rows, more than with any other base"])
    }

    @Test func `Unknown tokens and a missing licence are said`() {
        let ranking = BaseRanking([base("odd", right: 80, seconds: 1, unknown: 0.2, licence: nil)])
        #expect(
            ranking.reasons(0) == [
                "a head on its states is right for 80.0 % of the rows", "20.0 % of the tokens are unknown to its vocabulary",
                "the folder names no licence",
            ])
        #expect(ranking.json.contains("\"license\": null"))
    }
}
