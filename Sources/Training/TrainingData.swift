import TenorClassifying
import TenorReading

/// The labelled texts of a run: those to train on and those to choose the best epoch by.
package struct TrainingData: Sendable {
    /// Texts, and the index of each text's label.
    package struct Rows: Sendable {
        package let texts: [String]
        package let labels: [Int]

        package init(texts: [String], labels: [Int]) {
            precondition(texts.count == labels.count)
            self.texts = texts
            self.labels = labels
        }

        package var count: Int { texts.count }

        fileprivate subscript(rows: [Int]) -> Rows { Rows(texts: rows.map { texts[$0] }, labels: rows.map { labels[$0] }) }
    }

    /// All rows of one file or list.
    package struct Source: Sendable {
        package let rows: Rows
        /// For display, such as a file's name.
        package let name: String
        /// SHA-256 of its bytes, in hexadecimal digits.
        package let digest: String

        package init(rows: Rows, name: String, digest: String) {
            self.rows = rows
            self.name = name
            self.digest = digest
        }

        package init(_ corpus: Corpus) {
            self.init(
                rows: Rows(texts: corpus.rows.map(\.text), labels: corpus.classIndices), name: corpus.source, digest: corpus.digest)
        }
    }

    /// In the order that a new head uses.
    package let labels: [String]
    package let train: Rows
    /// Nil if there are none; then the last epoch is kept.
    package let dev: Rows?
    /// The number of rows of the corpus that have each label, including dev rows taken from it.
    package let labelCounts: [Int]
    /// How the corpus was read, for whoever reads other tables for the tuned model.
    package let input: TunedInput
    let corpus: (name: String, digest: String)
    /// Nil if there are no dev rows. The digest is nil if they come from the corpus.
    let devSource: (name: String, digest: String?)?

    /// - Parameters:
    ///   - dev: the dev rows; nil to take a share of the corpus.
    ///   - input: how the corpus was read.
    ///   - devFraction: that share, stratified by label; see ``stratifiedSplit(classIndices:fraction:seed:)``.
    package init(
        labels: [String], _ corpus: Source, dev: Source?, input: TunedInput = TunedInput(), devFraction: Double, seed: UInt64
    ) {
        self.labels = labels
        self.input = input
        self.corpus = (corpus.name, corpus.digest)
        var counts = Array(repeating: 0, count: labels.count)
        for label in corpus.rows.labels { counts[label] += 1 }
        labelCounts = counts
        if let dev {
            (train, self.dev) = (corpus.rows, dev.rows)
            devSource = (dev.name, dev.digest)
            return
        }
        let (trainRows, devRows) = stratifiedSplit(classIndices: corpus.rows.labels, fraction: devFraction, seed: seed)
        train = corpus.rows[trainRows]
        self.dev = devRows.isEmpty ? nil : corpus.rows[devRows]
        devSource = devRows.isEmpty ? nil : ("\(devRows.count) row\(devRows.count == 1 ? "" : "s") of the corpus", nil)
    }

    /// The digests of the files that the rows come from.
    var digests: [String] { [corpus.digest] + [devSource?.digest].compactMap { $0 } }
}
