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

    /// What the head looks at: how the states of a text's tokens become one.
    public enum Pooling: Sendable, Hashable {
        /// The mean where the base was made for it and only the head is trained, else the first token.
        case automatic
        /// The first token. The folder opens in transformers.
        case cls
        /// The mean of all tokens. The folder opens in sentence-transformers.
        case mean
    }

    /// A format of stored weights.
    public enum Storage: Sendable, Hashable {
        case fp32, fp16, bf16
    }

    /// The path of the model folder to start from.
    public var base: String
    public var unfreezing = Unfreezing.none
    /// Times to go through the rows; nil for 20 where only the head is trained, else 3.
    public var epochs: Int?
    /// Rows in an optimizer step.
    public var batchSize = 32
    /// The share of all steps in which learning rates rise from 0.
    public var warmup = 0.1
    /// AdamW's weight decay, of matrices only.
    public var weightDecay = 0.01
    /// The dropout rate in what is trained; nil for the rates in the base's config.json.
    public var dropout: Double?
    /// The learning rate of the base; nil for one that does well for ``unfreezing`` and the model's width.
    public var learningRate: Double?
    /// The learning rate of the head; nil as above.
    public var headLearningRate: Double?
    /// What the head looks at.
    public var pooling = Pooling.automatic
    /// Tokens that a text is truncated to, special ones included; nil for 512, or what the model takes.
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
    /// How the tuned weights are stored. What was trained and measured in fp32 is rounded to it.
    public var storage = Storage.fp32
    /// Whether an output folder that is there is replaced, once the new one is whole, and the checkpoint of an interrupted run discarded.
    public var replacesOutput = false
    /// Whether to continue the interrupted run of the same rows, options and output, after the last epoch that its checkpoint has.
    public var resumes = false

    /// - Parameter base: the path of a model folder: config.json, weights and a tokenizer.
    public init(base: String) { self.base = base }

    /// What happens in a run, in the order it happens.
    public enum Progress: Sendable {
        /// The run continues after this epoch, counted from 1.
        case resumed(epoch: Int)
        /// So many rows are encoded by the frozen part.
        case encoded(rows: Int, of: Int)
        /// An optimizer step is done; steps count from 1.
        case step(Int, of: Int, loss: Double)
        case epoch(Epoch)
        /// Interrupted from here on, the run can be resumed after this epoch.
        case checkpointed(epoch: Int)
        /// Something that a person may want to know.
        case message(String)
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

    /// Tunes the base on `rows` and writes a model folder: all of it or, where anything fails, nothing. In a long run checkpoints are saved
    /// beside the folder, as `OUTPUT.checkpoint`; a run that was interrupted continues from there with ``resumes``.
    ///
    /// The loss is the mean of -ln p over a step's rows, p being the probability of the right label; the optimizer is AdamW. A base that has
    /// a head for just these labels continues with it; any other gets a new one.
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
        try check(patience == nil || dev != nil || devFraction > 0, "patience", "nil where there are no dev rows")
        let options = options()
        let place = try wrapped {
            try options.check()
            try precision.checkAvailable()
            return try TuningPlace(output: output, replaces: replacesOutput, resumes: resumes, inputs: [base])
        }
        let labels = try labels(of: rows)
        if dev?.isEmpty == true { throw TenorError(.badData, "dev rows: there are none, at least one is needed") }
        let data = TrainingData(
            labels: labels, try source(rows, labels, "the training rows"), dev: try dev.map { try source($0, labels, "the dev rows") },
            devFraction: devFraction, seed: seed)
        func report(_ event: TuningEvent) throws {
            do { try progress(Progress(event)) } catch { throw Stopped(reason: error) }
        }
        do {
            let run = try TuningRun(base: base, data, options)
            for message in run.messages { try report(.message(message)) }
            let result = try run.complete(in: place, report: report)
            return Summary(
                epoch: result.epoch, dev: result.metrics.map(Scores.init), labels: run.model.labels, truncatedRows: run.truncatedRows)
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
        options.pooling =
            switch pooling {
            case .automatic: .automatic
            case .cls: .cls
            case .mean: .mean
            }
        options.dtype =
            switch storage {
            case .fp32: .f32
            case .fp16: .f16
            case .bf16: .bf16
            }
        options.epochs = epochs
        options.batchSize = batchSize
        options.learningRate = learningRate
        options.headLearningRate = headLearningRate
        options.warmup = warmup
        options.weightDecay = weightDecay
        options.dropout = dropout
        options.maxLength = maxLength
        options.devFraction = devFraction
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

    private func source(_ rows: [LabelledText], _ labels: [String], _ name: String) throws(TenorError) -> TrainingData.Source {
        let indices = try indices(of: rows, among: labels)
        return TrainingData.Source(
            rows: TrainingData.Rows(texts: rows.map(\.text), labels: indices), name: name, digest: digest(of: rows))
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
        case .resumed(let epoch): self = .resumed(epoch: epoch)
        case .encoded(let rows, let count): self = .encoded(rows: rows, of: count)
        case .checkpointed(let epoch): self = .checkpointed(epoch: epoch)
        case .step(let step): self = .step(step.step, of: step.steps, loss: step.loss)
        case .evaluated(let epoch):
            self = .epoch(
                Tuner.Epoch(number: epoch.epoch, trainLoss: epoch.trainLoss, dev: epoch.dev.map(Scores.init), isBest: epoch.isBest))
        case .message(let text): self = .message(text)
        }
    }
}
