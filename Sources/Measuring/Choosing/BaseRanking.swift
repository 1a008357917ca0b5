import TenorFiles

/// Bases in the order in which to try them: first those that tell the labels apart as well as the best one does, the fastest to train first,
/// then the others by accuracy. Two bases are as good if their accuracies differ by no more than the standard error of the difference.
package struct BaseRanking: Sendable {
    package let bases: [BaseFigures]
    /// The number of them, from the first on, that are as good as the best one.
    private let equals: Int
    private let best: BaseFigures

    /// - Parameter bases: at least one; all measured on the same rows.
    package init(_ bases: [BaseFigures]) {
        let sorted = bases.sorted { ($1.accuracy, $0.layers.seconds) < ($0.accuracy, $1.layers.seconds) }
        let best = sorted[0]
        func isEqual(_ base: BaseFigures) -> Bool {
            let (mean, error) = base.difference(to: best)
            // With one row between them, both numbers are the same but for rounding.
            return mean <= error * (1 + 1e-9)
        }
        let equal = sorted.filter(isEqual).sorted { $0.layers.seconds < $1.layers.seconds }
        self.bases = equal + sorted.filter { !isEqual($0) }
        (self.best, equals) = (best, equal.count)
    }

    /// Why a base has its place, and what else to know of it.
    package func reasons(_ place: Int) -> [String] {
        let base = bases[place]
        return [reason(base, place)] + warnings(base)
    }

    private func reason(_ base: BaseFigures, _ place: Int) -> String {
        let accuracy = "a head on its states is right for \(percent(base.accuracy)) of the rows"
        if place == 0 {
            if bases.count == 1 { return accuracy }
            return equals == 1
                ? "\(accuracy), more than with any other base" : "\(accuracy), and no base that is as good, within the error, trains faster"
        }
        if place < equals {
            return
                "\(accuracy), as good within the error, but training takes \(fixed(base.layers.seconds / bases[0].layers.seconds, 1)) times as long"
        }
        let (mean, error) = base.difference(to: best)
        return "\(accuracy), \(fixed(100 * mean, 1)) points less than the best (standard error \(fixed(100 * error, 1)))"
    }

    private func warnings(_ base: BaseFigures) -> [String] {
        var warnings: [String] = []
        if base.unknownShare > 0.01 { warnings.append("\(percent(base.unknownShare)) of the tokens are unknown to its vocabulary") }
        if base.longShare > 0.05 {
            warnings.append(
                "\(percent(base.longShare)) of the texts are longer than \(base.maxLength) tokens: they are truncated, or read in windows")
        }
        if base.licence == nil { warnings.append("the folder names no licence") }
        return warnings
    }

    package func percent(_ share: Double) -> String { "\(fixed(100 * share, 1)) %" }

    package var json: String {
        func cost(_ cost: BaseFigures.Cost) -> JSON { ["seconds": JSON(cost.seconds), "memory_bytes": JSON(cost.bytes)] }
        let entries = bases.enumerated().map { place, base -> JSON in
            [
                "folder": .string(base.folder), "parameters": JSON(base.parameters), "accuracy": JSON(base.accuracy),
                "logme": JSON(base.logME), "as_good_as_best": .bool(place < equals), "unknown_tokens": JSON(base.unknownShare),
                "long_texts": JSON(base.longShare), "max_length": JSON(base.maxLength), "head_only": cost(base.head),
                "all_layers": cost(base.layers), "license": base.licence.map { .string($0) } ?? .null,
                "reasons": .array(reasons(place).map { .string($0) }),
            ]
        }
        let values: JSON = ["estimate": true, "rows": JSON(best.right.count), "bases": .array(entries)]
        return values.serialized(.readable) + "\n"
    }
}
