import TenorClassifying
import TenorFiles
import TenorLayers
import TenorMeasuring
import TenorModeling
import TenorReading
import TenorTraining

/// Fine-tunes a pre-trained encoder into a classifier for given labels and writes it as a model folder.
///
/// ```swift
/// let tuner = Tuner(base: "Models/english")
/// let rows = try LabelledText.read("mails.csv", labelColumn: "topic")
/// let summary = try tuner.tune(rows, output: "mail-topics") { progress in
///     if case .compared(let way, let accuracy) = progress { print(way, accuracy) }
///     try Task.checkCancellation()
/// }
/// print(summary.crossValidated?.accuracy ?? .nan)
/// let classifier = try Classifier(folder: "mail-topics")
/// ```
///
/// The same rows, options and seed give the same bits on any number of threads. The folder also opens in transformers or, if a sentence
/// encoder's mean is the pooling, in sentence-transformers.
///
/// A run takes seconds to hours and keeps all its threads busy. In a server, run it on a separate thread and set ``threads`` to a small
/// number.
public struct Tuner: Sendable {
    /// How much of the base is trained along with the head. From a few thousand rows on, training more gives better results but takes
    /// longer.
    public enum Unfreezing: Sendable, Hashable {
        /// Chosen by cross-validation on the training rows, if there are fewer than 2,000, and otherwise ``all``.
        case automatic
        /// Only the head. The encoder's output is computed once per row, so an epoch takes only moments.
        case none
        /// The head and this many of the encoder's last blocks. The output of the blocks below is computed once per row.
        case top(Int)
        /// Everything, including the embeddings.
        case all
        /// The head in the first epoch, then more blocks each epoch, and everything in the last.
        case gradual
    }

    /// The metric that the best epoch is chosen by.
    public enum Metric: Sendable, Hashable {
        case accuracy, macroF1, weightedF1, mcc, auroc
        /// The lowest loss.
        case logLoss
    }

    /// How the hidden states of a text's tokens are reduced to one vector for the head.
    public enum Pooling: Sendable, Hashable {
        /// ``mean`` if the base was made for it or only the head is trained, otherwise ``cls``.
        case automatic
        /// What the family's own classification head uses: in most families the first token's state. The folder opens in transformers.
        case cls
        /// The mean of all tokens' states. The folder opens in sentence-transformers.
        case mean
    }

    /// How a new head's classifier gets its weights.
    public enum Head: Sendable, Hashable {
        /// As a logistic regression on the base's states, to convergence. What is trained in steps starts from it.
        case solved
        /// In optimizer steps, from random weights.
        case stepped
    }

    /// The number format of saved weights.
    public enum Storage: Sendable, Hashable {
        case fp32, fp16, bf16
    }

    /// The path of the model folder to start from.
    public var base: String
    public var unfreezing = Unfreezing.automatic
    /// How a new head's classifier gets its weights.
    public var head = Head.solved
    /// The number of passes over the training rows; nil for a number that gives few rows enough steps.
    public var epochs: Int?
    /// The number of rows per optimizer step; nil for 32, or 48 where contrastive tuning is chosen.
    public var batchSize: Int?
    /// The share of all steps over which the learning rates rise from 0.
    public var warmup = 0.1
    /// AdamW's weight decay, which applies to matrices only.
    public var weightDecay = 0.01
    /// The dropout rate of the trained part; nil for the rates in the base's config.json.
    public var dropout: Double?
    /// The base's learning rate; nil for a default that suits ``unfreezing`` and the model's width.
    public var learningRate: Double?
    /// The head's learning rate; nil for a default that suits ``unfreezing`` and, if set, ``learningRate``.
    public var headLearningRate: Double?
    /// How the hidden states of a text's tokens are pooled for the head.
    public var pooling = Pooling.automatic
    /// The number of tokens, special tokens included, that texts are truncated to; nil for 512 or, if that is less, the model's limit.
    public var maxLength: Int?
    /// How special tokens of the base are read where a text spells them; nil for the base's way if it was tuned, otherwise as text. The tuned
    /// folder records it.
    public var specialTokens: SpecialTokens?
    /// The share of the rows, stratified by label, that is held out if no dev rows are given, to choose the best epoch by or, in automatic
    /// tuning, to measure by. With 0, nothing is held out and the last epoch is kept. Nil for a tenth where that is needed.
    public var devFraction: Double?
    /// Whether the logits are divided by a temperature that makes the probabilities of held-out rows fit best. It changes no answer, and is
    /// in the folder's weights.
    public var calibrates = true
    public var metric = Metric.accuracy
    /// The number of epochs without improvement on the dev rows after which the run ends; nil to run all epochs.
    public var patience: Int?
    /// The seed of everything random: the new head, the order of the rows, dropout and the choice of dev rows.
    public var seed: UInt64 = 1
    /// The number of threads; nil for the number of processors available to this process.
    public var threads: Int?
    /// The number format of the matrix products: fp32 or bf16.
    public var precision = Precision.fp32
    /// The number format of the saved weights. During training and for the dev scores they are fp32; they are rounded when they are saved.
    public var storage = Storage.fp32
    /// Whether to replace an existing output folder that Tenor wrote, once the new one is complete, and to discard the checkpoint of an
    /// interrupted run.
    public var replacesOutput = false
    /// Whether to resume the interrupted run of the same rows, options and output after the last epoch in its checkpoint. If there is no
    /// checkpoint, the run starts from the beginning, with a message. The checkpoint of another run is an error.
    public var resumes = false

    /// Whether labels are accepted that look like amounts, ids or running text: if most rows have one of their own, or if they are long.
    public var acceptsAnyLabels = false

    /// - Parameter base: the path of a model folder with config.json, weights and a tokenizer.
    public init(base: String) { self.base = base }

    /// An event during a run. Events are reported in the order in which they happen.
    public enum Progress: Sendable {
        /// The run resumes after this epoch, counted from 1.
        case resumed(epoch: Int)
        /// A way to train is being measured on one of its folds, counted from 1. Reported often, and only in automatic tuning.
        case comparing(String, fold: Int, of: Int)
        /// A way to train has been measured on rows that its models were not trained on.
        case compared(String, accuracy: Double)
        /// The way in which all rows are trained on.
        case chosen(String)
        /// The frozen part has encoded this many rows.
        case encoded(rows: Int, of: Int)
        /// An optimizer step is complete. Steps count from 1.
        case step(Int, of: Int, loss: Double)
        case epoch(Epoch)
        /// A checkpoint was saved. From now on the run can be resumed after this epoch, counted from 1, or, with 0, after the last
        /// comparison of ways to train.
        case checkpointed(epoch: Int)
        /// A message for the user.
        case message(String)
    }

    /// One pass over the training rows.
    public struct Epoch: Sendable, Hashable {
        /// Counted from 1.
        public let number: Int
        /// The mean loss of the epoch's steps. A step's loss is the mean of -ln p over its rows, where p is the probability of the correct
        /// label, computed with dropout.
        public let trainLoss: Double
        /// The scores on the dev rows; nil if there are none.
        public let dev: Scores?
        public let isBest: Bool
    }

    /// The result of a run.
    public struct Summary: Sendable, Hashable {
        /// The epoch whose weights were saved, counted from 1.
        public let epoch: Int
        /// That epoch's scores on the dev rows; nil if there are none. They are slightly optimistic if they were used to choose the epoch.
        public let dev: Scores?
        /// The scores on the training rows by models that were not trained on them; nil if nothing was cross-validated.
        public let crossValidated: Scores?
        /// The labels, in the order of the logits.
        public let labels: [String]
        /// The number of training and dev rows whose text was truncated.
        public let truncatedRows: Int
    }

    /// Fine-tunes the base on `rows` and writes a model folder, either completely or, if anything fails, not at all. Long runs save
    /// checkpoints beside the folder, as `OUTPUT.checkpoint`, from which ``resumes`` continues an interrupted run.
    ///
    /// The loss is the mean of -ln p over a step's rows, where p is the probability of the correct label. The optimizer is AdamW. If the
    /// base has a head with all these labels, training continues with that head, and labels without rows stay in it. If it has some of
    /// them, the others are added to its head, and what it knows of labels without rows may be forgotten. If it has none of them, the base
    /// gets a new head.
    ///
    /// Rows that are pairs of texts make a model of pairs. tenor.json then names the column of the second text `second`.
    ///
    /// - Parameters:
    ///   - rows: the training rows, with at least two labels.
    ///   - dev: rows to choose the best epoch by; nil to hold out ``devFraction`` of `rows`.
    ///   - output: the path of the folder to write.
    ///   - progress: called with each event, on the calling thread. If it throws, the run ends and the error is rethrown unchanged.
    /// - Throws: ``TenorError`` if an option is out of range, a label is empty, there are fewer than two labels or they look like something
    ///   else, a dev row has a label that no training row has, the base cannot be used, the output already
    ///   exists or cannot be written, the checkpoint is that of another run, or training diverges.
    @discardableResult
    public func tune(
        _ rows: [LabelledText], dev: [LabelledText]? = nil, output: String, progress: (Progress) throws -> Void = { _ in }
    ) throws -> Summary {
        try check(patience == nil || dev != nil || devFraction != 0, "patience", "nil where there are no dev rows")
        let options = options()
        let place = try wrapped {
            try options.check()
            try precision.checkAvailable()
            return try TuningPlace(output: output, replaces: replacesOutput, resumes: resumes, inputs: [base])
        }
        let (labels, warnings) = try labels(of: rows)
        if dev?.isEmpty == true { throw TenorError(.badData, "dev rows: there are none, at least one is needed") }
        let known = try wrapped { try HeadPlan.labels(for: labels, .singleLabel, base: base, options.head) }
        let data = TrainingData(
            labels: known, try source(rows, labels, "the training rows"), dev: try dev.map { try source($0, known, "the dev rows") },
            input: try input(for: rows), devFraction: options.devShare(rows: rows.count), seed: seed)
        func report(_ event: TuningEvent) throws {
            // Without a comparison there is nothing to say about the choice.
            if case .chosen(_, measured: 0) = event { return }
            do { try progress(Progress(event)) } catch { throw Stopped(reason: error) }
        }
        do {
            let run = try TuningRun(base: base, data, options)
            let messages = warnings + run.messages + [run.spelledSpecials.message].compactMap { $0 }
            for message in messages { try report(.message(message)) }
            let result = try run.complete(in: place, report: report)
            return Summary(
                epoch: result.epoch, dev: result.metrics.flatMap(Scores.init), crossValidated: result.crossValidated.flatMap(Scores.init),
                labels: run.model.labels, truncatedRows: run.truncatedRows)
        } catch let stopped as Stopped {
            throw stopped.reason
        } catch {
            throw TenorError(error)
        }
    }

    /// An error that a progress closure threw.
    private struct Stopped: Error {
        let reason: any Error
    }
}

extension Tuner {
    private func options() -> TuningOptions {
        var options = TuningOptions()
        options.unfreezing =
            switch unfreezing {
            case .automatic: nil
            case .none: TenorModeling.Unfreezing.none
            case .top(let blocks): .top(blocks)
            case .all: .all
            case .gradual: .gradual
            }
        options.headFit = head == .solved ? .solved : .stepped
        options.metric =
            switch metric {
            case .accuracy: .accuracy
            case .macroF1: .macroF1
            case .weightedF1: .weightedF1
            case .mcc: .mcc
            case .auroc: .auroc
            case .logLoss: .nll
            }
        options.calibrates = calibrates
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

    /// The labels that occur, in the order that a new head uses, and what is odd about them.
    private func labels(of rows: [LabelledText]) throws(TenorError) -> (labels: [String], warnings: [String]) {
        var counts: [ByteString: Int] = [:]
        for (row, text) in rows.enumerated() {
            guard !text.label.isEmpty else { throw TenorError(.badData, "row \(row + 1): the label is empty, needs a name") }
            counts[ByteString(text.label), default: 0] += 1
        }
        let labels = sortedLabels(counts.keys.map(\.string))
        guard labels.count > 1 else {
            let found = labels.first.map { "all are labelled \(quoted($0))" } ?? "there are none"
            throw TenorError(.badData, "training rows: \(found), tuning needs at least two labels")
        }
        let check = LabelSetCheck(labels, counts: labels.map { counts[ByteString($0)]! })
        if !acceptsAnyLabels, let fault = check.fault { throw TenorError(.badData, "training rows: \(fault)") }
        return (labels, check.warnings.map { "training rows: \($0)" })
    }

    private func input(for rows: [LabelledText]) throws(TenorError) -> TunedInput {
        try wrapped {
            TunedInput(
                pairColumn: rows.contains { $0.second != nil } ? "second" : nil,
                specialTokens: try specialTokens?.inReading ?? TunedInput(folder: base).specialTokens)
        }
    }

    private func source(_ rows: [LabelledText], _ labels: [String], _ name: String) throws(TenorError) -> TrainingData.Source {
        let indices = try indices(of: rows, among: labels)
        return TrainingData.Source(
            rows: TrainingData.Rows(texts: rows.map(\.input), .labels(indices)), name: name, digest: digest(of: rows))
    }

    /// SHA-256 over each text, second text where there is one, and label in turn, each terminated by a zero byte.
    private func digest(of rows: [LabelledText]) -> String {
        var digest = SHA256()
        for row in rows {
            for part in [row.text, row.second, row.label] { if let part { digest.update(Array(part.utf8) + [0]) } }
        }
        return digest.hexadecimal
    }
}

extension Tuner.Progress {
    init(_ event: TuningEvent) {
        switch event {
        case .resumed(let epoch): self = .resumed(epoch: epoch)
        case .encoded(let rows, let count): self = .encoded(rows: rows, of: count)
        case .checkpointed(let epoch): self = .checkpointed(epoch: epoch)
        case .comparing(let recipe, let fold, let folds): self = .comparing(recipe, fold: fold + 1, of: folds)
        case .compared(let recipe, let results):
            self = .compared(recipe.name, accuracy: SelectionMetric.accuracy.value(of: results) ?? .nan)
        case .measured(let result):
            let accuracy = SelectionMetric.accuracy.value(of: result.results) ?? .nan
            self = .message("seed \(result.seed): accuracy \(fixed(accuracy, 4))")
        case .chosen(let recipe, _): self = .chosen(recipe.name)
        case .solved(let strength): self = .message("the head is solved with C = \(strength)")
        case .step(let step): self = .step(step.step, of: step.steps, loss: step.loss)
        case .evaluated(let epoch):
            self = .epoch(
                Tuner.Epoch(number: epoch.epoch, trainLoss: epoch.trainLoss, dev: epoch.dev.flatMap(Scores.init), isBest: epoch.isBest))
        case .message(let text): self = .message(text)
        }
    }
}
