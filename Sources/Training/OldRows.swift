import TenorClassifying
import TenorModeling

/// Rows that the base was tuned on before: most are trained on again, along with the corpus (rehearsal; Robins 1995, "Catastrophic
/// forgetting, rehearsal and pseudorehearsal"), and the others measure what was forgotten.
package struct OldRows: Sendable {
    /// The largest share of the rows that is held out, and the largest number of them.
    private static let (heldShare, mostHeld) = (0.2, 1000.0)

    /// For display, such as a file's name.
    let name: String
    /// SHA-256 of the file's bytes.
    let digest: String
    /// The rows that are trained on.
    let rehearsed: TrainingData.Rows
    /// The place of each of them in the file, from 0.
    let places: [Int]
    /// The rows that only measure. Their texts are not among those that are trained on.
    package let held: TrainingData.Rows

    /// Holds out a fifth of the rows of each label, of many rows about 1,000 in all.
    ///
    /// - Parameters:
    ///   - source: rows with one label each, by its index in the run's labels.
    ///   - corpus: the new rows.
    init(_ source: TrainingData.Source, with corpus: TrainingData.Rows, dev: TrainingData.Rows?, seed: UInt64) {
        let rows = source.rows
        let share = min(Self.heldShare, Self.mostHeld / Double(max(rows.count, 1)))
        let (places, held) = stratifiedSplit(classIndices: rows.targets.strata, fraction: share, seed: seed)
        (name, digest, self.places) = (source.name, source.digest, places)
        rehearsed = rows[places]
        // Dev rows may choose the epoch.
        let seen = TrainedRows(corpus.texts + rehearsed.texts + (dev?.texts ?? []))
        self.held = rows[held.filter { !seen.contains(rows.texts[$0]) }]
    }
}
