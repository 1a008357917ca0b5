import TenorFiles
import TenorMeasuring
import TenorReading

/// A ranking of bases as text for a terminal: a table, and each base's reasons.
struct RankingReport {
    private let ranking: BaseRanking
    private let corpus: String

    init(_ ranking: BaseRanking, of corpus: String) { (self.ranking, self.corpus) = (ranking, corpus) }

    var text: String {
        let bases = ranking.bases
        var lines = [
            "an estimate from \(counted(bases[0].right.count, "row")) of \(corpus); tune the first ones to know", "",
        ]
        lines += table(
            [["", "head right", "LogME", "unknown", "too long", "head", "all layers", "memory", "licence"]]
                + bases.enumerated().map { place, base in
                    [
                        "\(place + 1). \(oneLine(lastComponent(of: base.folder)))", ranking.percent(base.accuracy), fixed(base.logME, 3),
                        ranking.percent(base.unknownShare), ranking.percent(base.longShare), duration(base.head.seconds),
                        duration(base.layers.seconds), "\(grouped(base.layers.bytes >> 20)) MB", oneLine(base.licence ?? "not named"),
                    ]
                })
        lines.append("")
        for (place, base) in bases.enumerated() {
            lines.append("\(place + 1). \(oneLine(base.folder))")
            lines += ranking.reasons(place).map { "   \(oneLine($0))" }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
