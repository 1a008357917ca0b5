import TenorLayers
import TenorModeling

/// The rows of a corpus that bases are compared on: with about the same share of each label, and not more
/// than can be computed quickly. Of very many labels, the most frequent ones are kept.
package struct ChoosingSample: Sendable {
    /// In the order of the corpus.
    package let rows: TrainingData.Rows
    /// The number of the corpus's rows.
    package let corpusRows: Int

    package static let mostRows = 500
    /// Of the texts' beginnings that are read, about 24,000 tokens.
    private static let mostBytes = 96_000
    /// The tokens at the beginning of a text that its state is computed from.
    static let mostTokens = 128

    /// - Throws: ``ChoosingError``.
    package init(_ corpus: TrainingData.Source, seed: UInt64) throws(ChoosingError) {
        let all = corpus.rows
        let bytes = all.texts.reduce(0) { $0 + min($1.size, 4 * Self.mostTokens) }
        let affordable = max(100, all.count * Self.mostBytes / max(bytes, 1))
        let count = min(all.count, Self.mostRows, affordable)
        var ofLabel: [Int: [Int]] = [:]
        for (row, label) in all.targets.labels.enumerated() { ofLabel[label, default: []].append(row) }
        guard ofLabel.values.contains(where: { $0.count > 1 }) else { throw .tooFewRows(source: corpus.name) }
        // Each label that is kept has two rows if it can, so that one can be held out.
        let frequent = ofLabel.keys.sorted { (ofLabel[$1]!.count, $0) < (ofLabel[$0]!.count, $1) }.prefix(max(count / 2, 1))
        let total = frequent.reduce(0) { $0 + ofLabel[$1]!.count }
        var randomness = Randomness(seed: seed)
        var chosen: [Int] = []
        for label in frequent {
            let rows = ofLabel[label]!
            let wanted = Int((Double(rows.count * count) / Double(total)).rounded())
            chosen += randomness.permutation(rows.count).prefix(max(wanted, 2)).map { rows[$0] }
        }
        rows = all[chosen.sorted()]
        corpusRows = all.count
    }
}
