import TenorClassifying
import TenorModeling
import TenorReading

/// The labelled texts of a run: those to train on and those to choose the best epoch by.
package struct TrainingData: Sendable {
    /// Texts and their right answers.
    package struct Rows: Sendable {
        package let texts: [InputText]
        package let targets: Targets

        package init(texts: [InputText], _ targets: Targets) {
            precondition(texts.count == targets.count)
            self.texts = texts
            self.targets = targets
        }

        /// Rows with one label each, by index.
        package init(texts: [String], labels: [Int]) { self.init(texts: texts.map { InputText($0) }, .labels(labels)) }

        package var count: Int { texts.count }

        /// These rows and then others. All have one label each.
        func followed(by others: Rows) -> Rows { Rows(texts: texts + others.texts, .labels(targets.labels + others.targets.labels)) }

        subscript(rows: [Int]) -> Rows { Rows(texts: rows.map { texts[$0] }, targets[rows]) }
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

        /// - Parameter order: for each of the corpus's labels its index in the run's; nil if they are the same.
        package init(_ corpus: Corpus, order: [Int]? = nil) {
            let targets = Targets(corpus.answers)
            self.init(
                rows: Rows(texts: corpus.rows.map(\.input), order.map(targets.renumbered) ?? targets), name: corpus.source,
                digest: corpus.digest)
        }
    }

    /// In the order that a new head uses; in a regression the names of the numbers.
    package let labels: [String]
    package let train: Rows
    /// The place of each of them in the corpus, from 0; that of an old row in its file, counted on from the corpus's rows.
    package let trainRows: [Int]
    /// Nil if there are none; then the last epoch is kept.
    package let dev: Rows?
    /// The place of each of them in the file that they come from, from 0.
    package let devRows: [Int]
    /// Rows that the base was tuned on before; nil if there are none.
    package let old: OldRows?
    /// The number of rows of the corpus and of old rows that are trained on, including dev rows taken from them.
    package let rowCount: Int
    /// The number of them that have each label; empty in a regression.
    package let labelCounts: [Int]
    /// How the corpus was read, for whoever reads other tables for the tuned model.
    package let input: TunedInput
    let corpus: (name: String, digest: String)
    /// All texts of the corpus, without old rows.
    let corpusTexts: [InputText]
    /// Nil if there are no dev rows. The digest is nil if they come from the corpus.
    let devSource: (name: String, digest: String?)?

    /// Whether rows are pairs of texts.
    package var hasPairs: Bool { train.texts.contains { $0.second != nil } }

    /// - Parameters:
    ///   - old: rows that the base was tuned on before, to be trained on along with the corpus; for single labels only.
    ///   - dev: the dev rows; nil to take a share of the corpus and of the old rows.
    ///   - input: how the corpus was read.
    ///   - devFraction: that share, stratified by label; see ``stratifiedSplit(classIndices:fraction:seed:)``.
    package init(
        labels: [String], _ corpus: Source, old: Source? = nil, dev: Source?, input: TunedInput = TunedInput(), devFraction: Double,
        seed: UInt64
    ) {
        self.labels = labels
        self.input = input
        self.corpus = (corpus.name, corpus.digest)
        corpusTexts = corpus.rows.texts
        let old = old.map { OldRows($0, with: corpus.rows, dev: dev?.rows, seed: seed) }
        self.old = old
        let all = old.map { corpus.rows.followed(by: $0.rehearsed) } ?? corpus.rows
        let places = Array(0..<corpus.rows.count) + (old?.places ?? []).map { corpus.rows.count + $0 }
        labelCounts = all.targets.counts(labels: labels.count)
        rowCount = all.count
        if let dev {
            (train, self.dev) = (all, dev.rows)
            (trainRows, devRows) = (places, Array(0..<dev.rows.count))
            devSource = (dev.name, dev.digest)
            return
        }
        let (trainRows, devRows) = stratifiedSplit(classIndices: all.targets.strata, fraction: devFraction, seed: seed)
        train = all[trainRows]
        self.trainRows = trainRows.map { places[$0] }
        self.dev = devRows.isEmpty ? nil : all[devRows]
        self.devRows = devRows.map { places[$0] }
        devSource = devRows.isEmpty ? nil : ("\(devRows.count) row\(devRows.count == 1 ? "" : "s") of the corpus", nil)
    }

    package var task: Task { train.targets.task }

    /// The digests of the files that the rows come from.
    var digests: [String] { [corpus.digest] + [devSource?.digest, old.map { "old \($0.digest)" }].compactMap { $0 } }
}
