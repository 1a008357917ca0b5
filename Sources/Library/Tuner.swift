import TenorClassifying
import TenorFiles
import TenorLayers
import TenorMeasuring
import TenorModeling
import TenorReading
import TenorTraining

/// Tunes a pre-trained encoder into a classifier for given labels, and writes it as a folder.
///
/// ```swift
/// var tuner = Tuner(base: "base-english-16k")
/// tuner.unfreezing = .top(2)
/// let rows = try LabelledText.read("mails.csv", labelColumn: "topic")
/// let summary = try tuner.tune(rows, output: "mail-topics") { progress in
///     if case .epoch(let epoch) = progress { print(epoch.number, epoch.dev?.accuracy ?? .nan) }
///     try Task.checkCancellation()
/// }
/// print("epoch \(summary.epoch) is kept")
/// let classifier = try Classifier(folder: "mail-topics")
/// ```
///
/// The same rows, options and seed give the same bits, on any number of threads. The folder opens in transformers too, or in
/// sentence-transformers where a sentence encoder's mean is the pooling.
///
/// A run takes seconds to hours and all its threads' time: in a server, give it a thread of its own and few ``threads``.
public struct Tuner: Sendable {
    /// How much of the base is trained with the head. More is better from a few thousand rows on, and slower.
    public enum Unfreezing: Sendable, Hashable {
        /// The head alone. What lies below is computed once for each row, so an epoch takes moments.
        case none
        /// The head and the last blocks of the encoder; the others' states are computed once for each row.
        case top(Int)
        /// Everything, the embeddings too.
        case all
        /// The head in the first epoch, then more from epoch to epoch, everything in the last.
        case gradual
    }

    /// What the best epoch is best at.
    public enum Metric: Sendable, Hashable {
        case accuracy, macroF1, weightedF1, mcc, auroc
        /// The least loss.
        case logLoss
    }

    /// The path of the model folder to start from.
    public var base: String
    public var unfreezing = Unfreezing.none
    /// Times to go through the rows; nil for 20 where only the head is trained, else 3.
    public var epochs: Int?
    /// Rows in an optimizer step.
    public var batchSize = 32
    /// The learning rate of the base; nil for one that does well for ``unfreezing`` and the model's width.
    public var learningRate: Double?
    /// The learning rate of the head; nil as above.
    public var headLearningRate: Double?
    /// Tokens that a text is cut to, special ones included; nil for 512, or what the model takes.
    public var maxLength: Int?
    /// The share of the rows, of each label alike, that is kept from training to choose the best epoch by, where no such rows are handed in;
    /// 0 for none: then the last epoch is kept.
    public var devFraction = 0.1
    public var metric = Metric.accuracy
    /// Epochs without a gain on the dev rows after which the run ends; nil for no such end.
    public var patience: Int?
    /// Of everything random: the new head, the order of the rows, dropout, the dev rows.
    public var seed: UInt64 = 1
    /// Threads to use; nil for all processors that this process may use.
    public var threads: Int?
    /// The numbers to compute with: fp32 or bf16.
    public var precision = Precision.fp32
    /// Whether an output folder that is there is replaced, once the new one is whole.
    public var replacesOutput = false

    /// - Parameter base: the path of a model folder: config.json, weights and a tokenizer.
    public init(base: String) { self.base = base }

    /// What happens in a run, in the order it happens.
    public enum Progress: Sendable {
        /// The frozen part's states of so many rows are computed.
        case prepared(rows: Int, of: Int)
        /// An optimizer step is done; steps count from 1.
        case step(Int, of: Int, loss: Double)
        case epoch(Epoch)
        /// Something that a person may want to know.
        case remark(String)
    }

    /// One time through the rows.
    public struct Epoch: Sendable, Hashable {
        /// From 1.
        public let number: Int
        /// The mean of -ln p over the training rows, p being the probability of the right label at the time, dropout included.
        public let trainLoss: Double
        /// Nil where there are no dev rows.
        public let dev: Scores?
        public let isBest: Bool
    }

    /// What came of a run.
    public struct Summary: Sendable, Hashable {
        /// The epoch whose weights were written, from 1.
        public let epoch: Int
        /// Its scores on the dev rows, nil where there are none. They are a little too good, for they chose the epoch.
        public let dev: Scores?
        /// In the order of the logits.
        public let labels: [String]
        /// Rows that were cut at `maxLength`, training and dev rows together.
        public let truncatedRows: Int
    }

    /// Tunes the base on `rows` and writes a model folder: all of it or, where anything fails, nothing.
    ///
    /// The loss is the mean of -ln p over a step's rows, p being the probability of the right label; the optimizer is AdamW. A base that has
    /// a head for just these labels goes on with it; any other gets a new one.
    ///
    /// - Parameters:
    ///   - rows: the training rows, of two labels or more.
    ///   - dev: rows to choose the best epoch by, instead of some of `rows`.
    ///   - output: the path of the folder to write.
    ///   - progress: told what happens, on the calling thread. What it throws ends the run, and is thrown on as it is.
    /// - Throws: ``TenorError``: that an option is out of range, a label is empty or there are fewer than two, a dev row has a label that no
    ///   training row has, the base cannot be used, the output is there or cannot be written, or the loss is no longer a number.
    @discardableResult
    public func tune(
        _ rows: [LabelledText], dev: [LabelledText]? = nil, output: String, progress: (Progress) throws -> Void = { _ in }
    ) throws -> Summary {
        try checkOptions()
        try check(patience == nil || dev != nil || devFraction > 0, "patience", "nil where there are no dev rows")
        try check(!output.isEmpty, "output", "a folder's path")
        if !replacesOutput, !ReplacingFolder.isFree(output) {
            throw TenorError(.notWritten, "\(output): exists already; name another place, or set replacesOutput")
        }
        try wrapped { try ReplacingFolder.check(output, replacing: replacesOutput ? .model : nil, inputs: [base]) }
        let labels = try labels(of: rows)
        let (train, chosenBy) = try split(rows, dev, labels)
        do {
            let tuning = try TuningRun(
                base: base, labels: labels, train: train, dev: chosenBy, maxLength: maxLength, options: options())
            for remark in tuning.remarks {
                do { try progress(.remark(remark)) } catch { throw Stopped(reason: error) }
            }
            var records: [String] = []
            let end = try tuning.trainer.run(
                from: tuning.trainer.start(tuning.model),
                report: { event in
                    if let record = event.record { records.append(record) }
                    do { try progress(Progress(event)) } catch { throw Stopped(reason: error) }
                })
            try tuning.write(
                end, to: output, replacing: replacesOutput ? .model : nil, records: records,
                facts: facts(rows, labels, dev, chosenBy?.count))
            return Summary(
                epoch: end.bestMetrics == nil ? end.epoch : end.bestEpoch, dev: end.bestMetrics.map(Scores.init),
                labels: tuning.model.labels, truncatedRows: tuning.truncatedRows)
        } catch let stopped as Stopped {
            throw stopped.reason
        } catch {
            throw TenorError(error)
        }
    }

    /// What a progress closure threw.
    private struct Stopped: Error {
        let reason: any Error
    }
}

extension Tuner {
    private func checkOptions() throws(TenorError) {
        if case .top(let blocks) = unfreezing { try check(blocks >= 1, "unfreezing: the blocks of .top", "at least 1") }
        try check((1...1_000_000).contains(epochs ?? 1), "epochs", "from 1 to 1000000")
        try check((1...1_000_000).contains(batchSize), "batchSize", "from 1 to 1000000")
        try check(learningRate ?? 1 > 0, "learningRate", "above 0")
        try check(headLearningRate ?? 1 > 0, "headLearningRate", "above 0")
        try check(maxLength ?? 3 >= 3, "maxLength", "at least 3")
        try check((0..<1).contains(devFraction), "devFraction", "from 0 to below 1")
        try check(patience ?? 1 >= 1, "patience", "at least 1")
        try check((1...mostThreads).contains(threads ?? 1), "threads", "from 1 to \(mostThreads)")
        try check(precision != .int8, "precision", "fp32 or bf16; int8 is for classifying only")
        try precision.checkAvailable()
    }

    private func options() -> TuningOptions {
        var options = TuningOptions()
        options.unfreezing =
            switch unfreezing {
            case .none: .none
            case .top(let blocks): .top(blocks)
            case .all: .all
            case .gradual: .gradual
            }
        options.metric =
            switch metric {
            case .accuracy: .accuracy
            case .macroF1: .macroF1
            case .weightedF1: .weightedF1
            case .mcc: .mcc
            case .auroc: .auroc
            case .logLoss: .nll
            }
        options.epochs = epochs
        options.batchSize = batchSize
        options.learningRate = learningRate
        options.headLearningRate = headLearningRate
        options.patience = patience
        options.seed = seed
        options.threads = threads ?? processorCount()
        options.precision = precision.inLayers
        return options
    }

    /// The labels that occur, in the order that a new head gives them.
    private func labels(of rows: [LabelledText]) throws(TenorError) -> [String] {
        var seen: Set<[UInt8]> = []
        var labels: [String] = []
        for (row, text) in rows.enumerated() {
            guard !text.label.isEmpty else { throw TenorError(.badData, "row \(row + 1): the label is empty, needs a name") }
            if seen.insert(Array(text.label.utf8)).inserted { labels.append(text.label) }
        }
        guard labels.count > 1 else {
            let found = labels.first.map { "all are labelled \(quoted($0))" } ?? "there are none"
            throw TenorError(.badData, "training rows: \(found), tuning needs at least two labels")
        }
        return sortedLabels(labels)
    }

    private func split(
        _ rows: [LabelledText], _ dev: [LabelledText]?, _ labels: [String]
    ) throws(TenorError) -> (train: [TuningRun.Text], dev: [TuningRun.Text]?) {
        func texts(_ rows: [LabelledText]) throws(TenorError) -> [TuningRun.Text] {
            zip(rows, try indices(of: rows, among: labels)).map { TuningRun.Text($0.text, label: $1) }
        }
        let train = try texts(rows)
        if let dev {
            guard !dev.isEmpty else { throw TenorError(.badData, "dev rows: there are none, at least one is needed") }
            return (train, try texts(dev))
        }
        let parts = stratifiedSplit(classIndices: train.map(\.label), fraction: devFraction, seed: seed)
        return parts.dev.isEmpty ? (train, nil) : (parts.train.map { train[$0] }, parts.dev.map { train[$0] })
    }

    private func facts(_ rows: [LabelledText], _ labels: [String], _ dev: [LabelledText]?, _ devCount: Int?) -> TuningRun.RunFacts {
        let counts = Dictionary(grouping: rows) { Array($0.label.utf8) }.mapValues(\.count)
        return TuningRun.RunFacts(
            version: tenorVersion, corpus: "the training rows", corpusDigest: digest(of: rows),
            labelCounts: labels.map { ($0, counts[Array($0.utf8)] ?? 0) },
            devSource: devCount.map { dev == nil ? "\($0) of the training rows" : "\($0) rows" }, devDigest: dev.map(digest))
    }

    /// SHA-256 over each text and label in turn, each ended by a zero byte.
    private func digest(of rows: [LabelledText]) -> String {
        var digest = SHA256()
        for row in rows { digest.update(Array(row.text.utf8) + [0] + Array(row.label.utf8) + [0]) }
        return digest.hexadecimal
    }
}

extension Tuner.Progress {
    init(_ event: TuningEvent) {
        switch event {
        case .kept(let rows, let count): self = .prepared(rows: rows, of: count)
        case .step(let step): self = .step(step.step, of: step.steps, loss: step.loss)
        case .evaluated(let epoch):
            self = .epoch(
                Tuner.Epoch(number: epoch.epoch, trainLoss: epoch.trainLoss, dev: epoch.dev.map(Scores.init), isBest: epoch.isBest))
        case .remark(let text): self = .remark(text)
        }
    }
}
