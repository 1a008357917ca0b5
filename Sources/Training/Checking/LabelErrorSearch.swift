import TenorClassifying
import TenorFiles
import TenorLayers
import TenorModeling
import TenorReading

/// Looks for wrong labels in a corpus: a head is solved on a model's states of the rows, cross-validated, and ``ConfidentLearning`` compares what
/// each row is given with its label.
///
/// Only the first row with each text takes part, because a copy in another fold would vouch for a wrong label.
package struct LabelErrorSearch: Sendable {
    /// The opened model, and the rows as it takes them.
    package let run: TuningRun
    /// The corpus's rows that are looked at, in rising order.
    private let rows: [Int]
    /// The number of rows that could have been looked at.
    package let candidates: Int
    /// How many of the rows the model was trained on.
    private let seen: Int

    /// At most this many rows are looked at, drawn at random, and so many that rows times labels are no more than ``mostWork``.
    package static let mostRows = 50_000
    package static let mostWork = 2_000_000

    /// - Parameters:
    ///   - input: how the corpus was read.
    ///   - options: the length, the seed, the precision and the threads count.
    package init(base: String, _ corpora: CheckedCorpora, input: TunedInput, _ options: TuningOptions) throws {
        let corpus = corpora.corpus
        let all = corpora.firstRows.filter { corpus.classes[$0] >= 0 }
        candidates = all.count
        let most = min(Self.mostRows, Self.mostWork / max(corpus.labels.count, 1))
        rows = all.count <= most ? all : Self.drawn(most, of: all, seed: options.seed)
        let texts = try corpus.texts(of: Set(rows))
        let data = TrainingData.Rows(texts: rows.map { texts[$0] ?? "" }, .labels(rows.map { Int(corpus.classes[$0]) }))
        seen = try TrainedRows(folder: base)?.count(of: data.texts) ?? 0
        var options = options
        (options.unfreezing, options.head, options.headFit) = (Unfreezing.none, .reset, .solved)
        run = try TuningRun(
            base: base,
            TrainingData(
                labels: corpus.labels, TrainingData.Source(rows: data, name: corpus.source, digest: ""), dev: nil, input: input,
                devFraction: 0, seed: options.seed),
            options)
    }

    private static func drawn(_ count: Int, of rows: [Int], seed: UInt64) -> [Int] {
        var randomness = Randomness(seed: seed)
        return randomness.permutation(rows.count).prefix(count).map { rows[$0] }.sorted()
    }

    /// - Parameter report: called with each event. It may throw to stop.
    package func labelErrors(report: (TuningEvent) throws -> Void) throws -> LabelErrors {
        let (options, model) = (run.options, run.model)
        let base = try run.trainer(run.recipes[0]).baseFeatures(of: model, report)
        let hasBias = model.head.classifier.bias != nil
        let features = Features(base, isCentered: hasBias)
        let targets = run.train.targets
        let solver = HeadSolver(outputs: model.labels.count, hasBias: hasBias, seed: options.seed, threads: options.threads)
        let strength = options.headStrength ?? solver.chooseStrength(features, targets).0
        try report(.solved(strength: strength))
        let folds = StratifiedFolds(targets.strata, count: Self.folds, seed: options.seed)
        let answers = folds.count < 2 ? [] : solver.outOfFold(features, targets, strength: strength, folds).answers
        let answered = answers.indices.filter { answers[$0] != nil }
        let probabilities = answered.map { answers[$0]! }
        let labels = answered.map { targets.labels[$0] }
        let issues = ConfidentLearning(labels: labels, probabilities: probabilities, labelCount: model.labels.count).issues
        return LabelErrors(
            rows: answered.map { rows[$0] }, labels: labels, probabilities: probabilities, issues: issues,
            texts: issues.map { run.data.train.texts[answered[$0.row]] }, candidates: candidates, seen: seen)
    }

    private static let folds = 5
}
