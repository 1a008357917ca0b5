import TenorLayers
import TenorMeasuring
import TenorModeling
import TenorReading

/// Chooses texts to label next: those that a classifier is least sure of (breaking ties, Luo et al. 2005), one from each of as many clusters of its
/// states as texts are wanted, so that they differ from each other.
package struct Suggester: Sendable {
    private let model: Model
    private let encoder: RowEncoder
    /// Nil for a base, whose head says nothing yet. Then the texts are as different as possible, and nothing else.
    private let classifier: TextClassifier?
    private let threads: Int

    /// How many uncertain texts there are to choose from for each that is wanted.
    private static let choice = 10
    /// Without a classifier all texts are candidates, at most these.
    private static let mostCandidates = 5_000
    /// Texts with this share of common words are near duplicates.
    private static let similarity = 0.8

    package init(_ classifier: TextClassifier) {
        (model, encoder, self.classifier, threads) = (classifier.model, classifier.encoder, classifier, classifier.threads)
    }

    package init(base: Model, _ encoder: RowEncoder, threads: Int) {
        (model, self.encoder, classifier, self.threads) = (base, encoder, nil, threads)
    }

    /// - Parameters:
    ///   - labelled: texts that are labelled already. Neither they nor near duplicates of them are chosen.
    ///   - report: called with the number of texts read so far. It may throw to stop.
    /// - Returns: at most `count` texts, the least certain first; fewer if the pool has no more that differ. Nil if a number is not finite.
    package func suggestions(
        _ count: Int, from pool: SuggestionPool, labelled: [InputText], seed: UInt64, report: (Int) throws -> Void
    ) rethrows -> [Suggestion]? {
        var (states, answers): ([Float], [[Double]]) = ([], [])
        for start in stride(from: 0, to: pool.entries.count, by: 512) {
            let rows = encoder.rows(pool.entries[start..<min(start + 512, pool.entries.count)].map(\.text), threads: threads).map(\.row)
            let pooled = model.pooled(rows, threads: threads)
            guard pooled.view.isFinite else { return nil }
            states += pooled.elements
            if classifier != nil { answers += values(rows, pooled) }
            try report(start + rows.count)
        }
        let matrix = Matrix(rows: pool.entries.count, columns: model.encoder.width, states)
        let chosen = choose(count, from: pool, matrix, answers, labelled: labelled, seed: seed)
        return chosen.map { suggestion(pool.entries[$0], answers.isEmpty ? nil : answers[$0]) }
    }

    private func values(_ rows: [TokenRow], _ pooled: Matrix) -> [[Double]] {
        let logits = model.logits(rows, from: .pooled(pooled.rowViews), above: .after(blocks: model.encoder.blockCount), threads: threads)
        return rows.indices.map { model.task.answers(Array(logits.row($0))) }
    }

    private func margin(_ values: [Double]) -> Double? {
        switch model.task {
        case .singleLabel:
            let best = values.sorted(by: >)
            return best.count < 2 ? 0 : best[0] - best[1]
        case .multiLabel: return zip(values, classifier!.thresholds.values).map { abs($0 - $1) }.min() ?? 0
        case .regression: return nil
        }
    }

    private func suggestion(_ entry: SuggestionPool.Entry, _ values: [Double]?) -> Suggestion {
        let answer = values.flatMap { values -> (String, Double)? in
            let best = highest(values)
            return model.task == .regression ? nil : (model.labels[best], values[best])
        }
        return Suggestion(
            text: entry.text, source: entry.source, line: entry.line, answer: answer.map { (label: $0.0, probability: $0.1) },
            margin: values.flatMap(margin))
    }

    /// The places of the chosen texts.
    private func choose(
        _ count: Int, from pool: SuggestionPool, _ states: Matrix, _ answers: [[Double]], labelled: [InputText], seed: UInt64
    ) -> [Int] {
        let margins = answers.isEmpty ? nil : answers.map { margin($0) ?? 0 }
        var randomness = Randomness(seed: seed)
        // Equally certain texts in any order.
        let shuffled = randomness.permutation(pool.entries.count)
        let order = margins.map { margins in shuffled.sorted { margins[$0] < margins[$1] } } ?? shuffled
        let isUncertain = margins != nil && model.task != .regression
        let filter = Distinct(labelled, similarity: Self.similarity)
        let candidates = filter.first(
            isUncertain ? Self.choice * count : Self.mostCandidates, of: order.lazy.map { ($0, pool.entries[$0].text) })
        let points = Matrix(rows: candidates.count, columns: states.columns, candidates.flatMap { states.row($0) })
        let clusters = Clusters(points.view, count: min(count, candidates.count), seed: seed)
        var firsts: [Int: Int] = [:]
        for (point, cluster) in clusters.places.enumerated() {
            guard let first = firsts[cluster] else {
                firsts[cluster] = point
                continue
            }
            // Candidates are in the order of their margins, so the first one of a cluster is the least certain. Without margins, the middle one.
            if !isUncertain, clusters.distances[point] < clusters.distances[first] { firsts[cluster] = point }
        }
        // Clusters may be empty. The least certain of the others fill up.
        let chosen = Set(firsts.values)
        let rest = candidates.indices.filter { !chosen.contains($0) }.prefix(count - chosen.count)
        return (chosen + rest).sorted().map { candidates[$0] }
    }

    /// Leaves out near duplicates of labelled texts and of each other.
    private struct Distinct {
        private var sketches: [TextSketch]
        private let similarity: Double

        init(_ texts: [InputText], similarity: Double) {
            sketches = texts.map { Self.sketch($0) }
            self.similarity = similarity
        }

        private static func sketch(_ text: InputText) -> TextSketch { TextSketch(WordSet(uniformText(text.joined))) }

        func first(_ count: Int, of texts: some Sequence<(Int, InputText)>) -> [Int] {
            var (known, chosen) = (sketches, [Int]())
            for (place, text) in texts {
                if chosen.count == count { break }
                let sketch = Self.sketch(text)
                if known.contains(where: { $0.similarity(to: sketch) >= similarity }) { continue }
                known.append(sketch)
                chosen.append(place)
            }
            return chosen
        }
    }
}
