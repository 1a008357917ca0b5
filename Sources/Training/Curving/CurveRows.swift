import TenorLayers

/// Which rows of a corpus a learning curve is trained on and which it is measured on.
///
/// The test rows are in no draw, and neither is a row with the text of one. A draw has equally many rows of each label, chosen at random;
/// a label with fewer rows gives all of them. Within a draw, the rows of a size are among those of the next size.
package struct CurveRows: Sendable {
    /// Rows per label, in rising order.
    package let sizes: [Int]
    package let draws: Int
    /// The rows that at least one draw trains on.
    package let train: TrainingData.Rows
    package let test: TrainingData.Rows
    /// The number of rows that are in no draw because a test row has their text.
    package let leftOut: Int
    /// For each label the number of rows that draws are taken from.
    package let available: [Int]
    /// By draw and label: indices of ``train`` in the order in which they are drawn.
    private let drawn: [[[Int]]]

    /// By default a third of the corpus is held out, and no more than this.
    package static let mostTestRows = 1000
    /// The first of the default sizes.
    package static let firstSize = 8
    /// No more rows than this are in a draw of a default size, except the first.
    package static let mostDrawnRows = 3000

    /// - Parameters:
    ///   - test: the test rows; nil to hold out a part of the corpus, stratified by label.
    ///   - sizes: in rising order; nil for 8, 16, 32 and so on, as far as the rarest label goes that has 8 rows.
    ///   - seed: of the held-out rows and of the draws.
    /// - Throws: ``CurveError``, or ``OptionError`` if no label has as many rows as the largest size asks for.
    package init(
        _ corpus: TrainingData.Source, test: TrainingData.Rows?, labels: Int, sizes: [Int]?, draws: Int, seed: UInt64
    ) throws {
        let count = corpus.rows.count
        let share = min(1.0 / 3, Double(Self.mostTestRows) / Double(count))
        let split = stratifiedSplit(classIndices: corpus.rows.targets.labels, fraction: test == nil ? share : 0, seed: seed)
        self.test = test ?? corpus.rows[split.dev]
        let tested = Set(self.test.texts)
        var rowsOfLabel = [[Int]](repeating: [], count: labels)
        for row in split.train where !tested.contains(corpus.rows.texts[row]) { rowsOfLabel[corpus.rows.targets.labels[row]].append(row) }
        available = rowsOfLabel.map(\.count)
        leftOut = split.train.count - available.reduce(0, +)
        let most = available.max() ?? 0
        self.sizes = sizes ?? Self.sizes(available)
        self.draws = draws
        if self.test.count == 0 || self.sizes.isEmpty || most == 0 { throw CurveError.tooFewRows(source: corpus.name, most: most) }
        if self.sizes.last! > most {
            throw OptionError("sizes", needed: "at most \(most), the rows of the most frequent label that are not test rows")
        }
        let largest = self.sizes.last!
        let chosen = (0..<draws).map { draw in
            var randomness = Randomness(seed: mixed(seed) &+ UInt64(draw))
            return rowsOfLabel.map { rows in randomness.permutation(rows.count).prefix(largest).map { rows[$0] } }
        }
        let used = Set(chosen.joined().joined()).sorted()
        let places = Dictionary(uniqueKeysWithValues: zip(used, 0...))
        train = corpus.rows[used]
        drawn = chosen.map { $0.map { $0.map { places[$0]! } } }
    }

    /// The indices in ``train`` of the rows of a draw, in rising order.
    package func rows(perLabel size: Int, draw: Int) -> [Int] { drawn[draw].flatMap { $0.prefix(size) }.sorted() }

    private static func sizes(_ available: [Int]) -> [Int] {
        guard let rarest = available.filter({ $0 >= firstSize }).min() else { return [] }
        let doubled = sequence(first: firstSize) { $0 * 2 }.prefix { $0 <= rarest }
        return doubled.filter { size in
            size == firstSize || available.reduce(0) { $0 + min($1, size) } <= mostDrawnRows
        }
    }
}
