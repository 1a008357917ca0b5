import ArgumentParser
import TenorClassifying
import TenorFiles
import TenorReading
import TenorTraining

struct Tune: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a classifier: train a model on texts whose labels are known.",
        discussion: """
            The corpus is a .csv, .tsv or .jsonl file with a column of texts and one of labels; --text-column and --label-column name them. The \
            base is a model folder: config.json, weights and a tokenizer. A classifying head is put on top of it. --unfreeze says how much of the \
            base is trained with the head:

              none     the head only: seconds to minutes, good with few rows
              top:K    the last K layers too: most of the gain in a part of the time
              all      everything: the best answers, from some thousand rows on
              gradual  the head first, then more of the base from epoch to epoch

            A tenth of the rows is set aside (or name a file of them with --dev) and never trained on. After each pass through the corpus, an \
            epoch, those dev rows are answered, and the epoch that does best on them is what is saved.

            Ctrl-C ends the program; the same command with --resume goes on after the last whole epoch.

            Examples:
              tenor tune reviews.csv --model BASE --output my-model
              tenor tune train.csv --dev dev.csv --model BASE --output m --unfreeze all
              tenor tune mails.csv --text-column subject --text-column body \\
                --label-column topic --model BASE --output topics --unfreeze top:2
            """)

    @Argument(help: "Labelled texts: .csv, .tsv or .jsonl.", completion: .file())
    var corpus: String

    @Option(help: ArgumentHelp("The model folder to start from.", valueName: "dir"), completion: .directory)
    var model: String

    @Option(help: ArgumentHelp("The folder to write.", valueName: "dir"), completion: .directory)
    var output: String

    @Flag(help: "Replace the output folder if it is there.")
    var force = false

    @Flag(help: "Go on with an interrupted run of the same command.")
    var resume = false

    @OptionGroup(title: "Training") var training: TrainingOptions
    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Labels") var label: LabelOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func run() throws {
        try training.precision.check()
        try Places.checkModel(model)
        let checkpoint = try Checkpoint(beside: output)
        let isSaved = resume && checkpoint.isComplete(in: output)
        if !isSaved { try Places.checkFolder(output, force: force, inputs: [model, corpus] + (training.dev.map { [$0] } ?? [])) }
        if !resume, !force { try checkpoint.requireNone() }
        let format = input.format(labelColumn: label.labelColumn)
        let corpus = try read(self.corpus, format)
        let (train, dev) = try split(corpus, format)
        remarkCounts(corpus, train, dev)

        let options = try training.options(threads: compute.threadCount, hasDev: dev != nil)
        let tuning = try TuningRun(
            base: model, labels: corpus.labels, train: train, dev: dev?.texts, pooling: training.poolingChoice, head: training.headChoice,
            maxLength: training.maxLength, options: options)
        remark(tuning)
        let digests = [corpus.digest] + (dev?.digest.map { [$0] } ?? [])
        let fingerprint = Once { try tuning.fingerprint(corpora: digests) }
        if isSaved {
            try checkpoint.require(fingerprint: fingerprint.value)
            checkpoint.remove(of: try fingerprint.value)
            return try Output.line("\(output): the run is complete and was saved; its checkpoint is removed")
        }
        let (state, records) = try self.train(tuning, checkpoint, fingerprint)
        try tuning.write(
            state, to: output, as: training.dtype, replacing: force ? .model : nil, records: records,
            facts: TuningRun.RunFacts(
                version: TenorCommand.version, fingerprint: try fingerprint.value, corpus: corpus.source, corpusDigest: corpus.digest,
                labelCounts: zip(corpus.labels, corpus.classCounts).map { ($0, $1) }, devSource: dev?.source, devDigest: dev?.digest))
        checkpoint.remove(of: try fingerprint.value)
        try Output.line(summary(state, options))
    }

    /// Trains to the end, with a checkpoint now and then; an interrupted run can be gone on with until the checkpoint is removed.
    private func train(_ tuning: TuningRun, _ checkpoint: Checkpoint, _ fingerprint: Once<String>) throws -> (
        Trainer.State, records: [String]
    ) {
        let start = resume ? try checkpoint.state(for: tuning, fingerprint: fingerprint.value) : tuning.trainer.start(tuning.model)
        let journal = Journal(compute, metric: tuning.options.metric, lines: resume ? try checkpoint.records() : [])
        if resume { compute.remark("going on after epoch \(start.epoch)") }
        func advise(_ epoch: Int) { Interrupts.advise("; the same command with --resume goes on after epoch \(epoch)") }
        if resume { advise(start.epoch) }
        var saved = ContinuousClock.now
        var canSave = true
        do {
            let state = try tuning.trainer.run(from: consume start, report: journal.add) { state in
                guard canSave, Checkpoint.isWorthwhile(state, after: (ContinuousClock.now - saved) / .seconds(1)) else { return }
                do {
                    try checkpoint.save(state, fingerprint: fingerprint.value, records: journal.lines)
                    advise(state.epoch)
                } catch {
                    // The training is worth more than a place to resume from.
                    canSave = false
                    compute.remark("\(error); training goes on without checkpoints")
                }
                saved = .now
            }
            Remarks.clearProgress()
            return (state, journal.lines)
        } catch let error as TuningError {
            // To go on would end in the same way.
            checkpoint.remove(of: try fingerprint.value)
            throw error
        }
    }

    private struct Dev {
        let texts: [TuningRun.Text]
        let source: String
        let digest: String?
    }

    private func read(_ path: String, _ format: InputFormat, labels: [String]? = nil) throws -> Corpus {
        let corpus = try readCorpus(path, format, labels: labels, reportBadRow: compute.reportBadRow)
        compute.remarkSkipped(corpus.skipped)
        for warning in corpus.warnings { compute.remark("\(corpus.source): \(warning)") }
        return corpus
    }

    private func split(_ corpus: Corpus, _ format: InputFormat) throws -> (train: [TuningRun.Text], dev: Dev?) {
        let texts = texts(corpus)
        if let path = training.dev {
            let dev = try read(path, format, labels: corpus.labels)
            return (texts, Dev(texts: self.texts(dev), source: path, digest: dev.digest))
        }
        let (train, dev) = stratifiedSplit(classIndices: corpus.classIndices, fraction: training.devFraction ?? 0.1, seed: training.seed)
        guard !dev.isEmpty else { return (texts, nil) }
        return (
            train.map { texts[$0] }, Dev(texts: dev.map { texts[$0] }, source: "\(counted(dev.count, "row")) of the corpus", digest: nil)
        )
    }

    private func texts(_ corpus: Corpus) -> [TuningRun.Text] {
        zip(corpus.rows, corpus.classIndices).map { TuningRun.Text($0.text, label: $1) }
    }

    private func remarkCounts(_ corpus: Corpus, _ train: [TuningRun.Text], _ dev: Dev?) {
        compute.remark("\(corpus.source): \(counted(corpus.rows.count, "row")), \(counted(corpus.labels.count, "label"))")
        func share(_ count: Int) -> String { fixed(100 * Double(count) / Double(corpus.rows.count), 1) + " %" }
        let counts = zip(corpus.labels.map(oneLine), corpus.classCounts).map { [$0, "\($1)", share($1)] }
        for line in table(counts) { compute.remark("  \(line)") }
        compute.remark("answering always with the most frequent label is right for \(share(corpus.classCounts.max() ?? 0))")
        guard let dev else {
            let reason = training.devFraction == 0 ? "" : ", for no label has one to spare"
            return compute.remark("no dev rows\(reason): the last epoch is saved, and nothing is measured")
        }
        let place = training.dev.map { " (\($0))" } ?? ""
        compute.remark(
            "\(counted(train.count, "row")) to train on, \(counted(dev.texts.count, "dev row")) to choose the best epoch by\(place)")
    }

    private func remark(_ tuning: TuningRun) {
        let options = tuning.options
        let (first, last) = (tuning.trainedParameters(epoch: 0), tuning.trainedParameters(epoch: options.epochCount - 1))
        let trained = grouped(first) + (first == last ? "" : ", in the end \(grouped(last)),")
        compute.remark(
            "\(model): \(tuning.model.family.architecture), \(tuning.tokenizer.kind.name); training \(trained) of "
                + "\(grouped(tuning.parameters)) parameters (--unfreeze \(options.unfreezing))")
        compute.remark(
            tuning.keepsHead
                ? "going on with the base's own head, which has the same labels; --reset-head makes a new one"
                : "a new head, pooling \(tuning.model.head.pooling.rawValue)")
        for remark in tuning.remarks { compute.remark(remark) }
        let rates = options.rates(width: tuning.model.encoder.width)
        let base = options.unfreezing == .none ? "" : "\(rates.base) for the base, "
        compute.remark(
            "up to \(counted(options.epochCount, "epoch")), \(counted(tuning.trainer.steps, "step")) of "
                + "\(counted(options.batchSize, "row")); learning rate \(base)\(rates.head) for the head")
        if tuning.truncatedRows > 0 {
            compute.remark("\(counted(tuning.truncatedRows, "text")) cut to \(tuning.maxLength) tokens; see --max-length")
        }
    }

    private func summary(_ state: Trainer.State, _ options: TuningOptions) -> String {
        guard let metrics = state.bestMetrics else { return "\(output): saved after epoch \(state.epoch)" }
        let value = options.metric.value(of: metrics).map { fixed($0, 4) } ?? "not defined"
        return "\(output): saved epoch \(state.bestEpoch), dev \(options.metric.rawValue) \(value)"
    }
}

/// A value that is computed when it is first asked for.
private final class Once<Value> {
    private let compute: () throws -> Value
    private var result: Value?

    init(_ compute: @escaping () throws -> Value) { self.compute = compute }

    var value: Value {
        get throws {
            if let result { return result }
            let value = try compute()
            result = value
            return value
        }
    }
}
