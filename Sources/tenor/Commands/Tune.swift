import ArgumentParser
import Reading
import Tuning

struct Tune: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Fine-tune a model into a classifier for the labels of a corpus.",
        discussion: """
            The corpus is a .csv, .tsv or .jsonl file with a column of texts and one of labels. The base is a model folder: config.json,
            weights and a tokenizer. --unfreeze says how much of it is trained with the new head:

              none     the head only: seconds to minutes, good with few rows
              top:K    the head and the last K blocks: most of the gain for a part of the time
              all      everything: the best answers from a few thousand rows on
              gradual  the head first, then more from epoch to epoch

            What is saved is the epoch that does best on the dev rows.

            Examples:
              tenor tune reviews.csv --model BASE --output my-model
              tenor tune train.csv --dev dev.csv --model BASE --output my-model --unfreeze all
              tenor tune mails.csv --text-column subject --text-column body --label-column topic --model BASE --output topics --unfreeze top:2
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
        Interrupts.watch()
        try refuseToOverwrite(output, force: force)
        let (compute, format) = (compute, input.format(labelColumn: label.labelColumn))
        let corpus = try readCorpus(corpus, format, reportBadRow: { compute.remark("tenor: \($0)") })
        for warning in corpus.warnings { compute.remark("\(corpus.source): \(warning)") }
        let (train, dev) = try split(corpus, format)
        remarkCounts(corpus, train, dev)

        let options = try training.options(threads: compute.threadCount, hasDev: dev != nil)
        let tuning = try Tuning(
            base: model, labels: corpus.labels, train: train, dev: dev?.texts, pooling: training.poolingChoice, head: training.headChoice,
            maxLength: training.maxLength, options: options)
        remark(tuning)
        let journal = Journal(compute, metric: options.metric, rows: train.count)
        let checkpoint = try Checkpoint(
            beside: output, fingerprint: tuning.fingerprint(corpora: [corpus.digest] + (dev?.digest.map { [$0] } ?? [])))
        let start = resume ? try checkpoint.state(for: tuning) : nil
        if let start { compute.remark("going on after epoch \(start.epoch)") }
        let state: Trainer.State
        do {
            state = try tuning.trainer.run(
                from: start ?? tuning.trainer.start(tuning.model),
                report: { event in
                    try Interrupts.check()
                    journal.add(event)
                }, checkpoint: checkpoint.save)
        } catch let error as Interruption {
            Remarks.clearProgress()
            if checkpoint.exists { compute.remark("the same command with --resume goes on from the last whole epoch") }
            throw error
        }
        Remarks.clearProgress()
        try tuning.write(
            state, to: output, replaces: force, records: journal.lines,
            facts: Tuning.RunFacts(
                version: Tenor.version, corpus: corpus.source, corpusDigest: corpus.digest, labelCounts: zip(corpus.labels, corpus.classCounts).map { ($0, $1) },
                devSource: dev?.source, devDigest: dev?.digest))
        checkpoint.remove()
        try Output.line(summary(state, options))
    }

    private struct Dev {
        let texts: [Tuning.Text]
        let source: String
        let digest: String?
    }

    private func split(_ corpus: Corpus, _ format: InputFormat) throws -> (train: [Tuning.Text], dev: Dev?) {
        let texts = zip(corpus.rows, corpus.classIndices).map { Tuning.Text($0.text, label: $1) }
        if let path = training.dev {
            let compute = compute
            let dev = try readCorpus(path, format, labels: corpus.labels, reportBadRow: { compute.remark("tenor: \($0)") })
            for warning in dev.warnings { compute.remark("\(path): \(warning)") }
            return (texts, Dev(texts: zip(dev.rows, dev.classIndices).map { Tuning.Text($0.text, label: $1) }, source: path, digest: dev.digest))
        }
        let fraction = training.devFraction ?? 0.1
        guard fraction > 0 else { return (texts, nil) }
        let (train, dev) = stratifiedSplit(classIndices: corpus.classIndices, fraction: fraction, seed: training.seed)
        guard !dev.isEmpty else { return (texts, nil) }
        return (train.map { texts[$0] }, Dev(texts: dev.map { texts[$0] }, source: "\(dev.count) rows of \(corpus.source)", digest: nil))
    }

    private func remarkCounts(_ corpus: Corpus, _ train: [Tuning.Text], _ dev: Dev?) {
        var line = "\(corpus.source): \(corpus.rows.count) rows"
        if let dev { line += "; \(train.count) to train on, \(dev.texts.count) to choose by (\(dev.source))" }
        compute.remark(line)
        let total = Double(corpus.rows.count)
        let width = corpus.labels.map(\.count).max() ?? 0
        for (label, count) in zip(corpus.labels, corpus.classCounts) {
            let padded = label + String(repeating: " ", count: width - label.count)
            compute.remark("  \(padded)  \(count)  \(fixed(100 * Double(count) / total, 1)) %")
        }
        compute.remark("  always the most frequent label: \(fixed(100 * Double(corpus.classCounts.max() ?? 0) / total, 1)) % right")
    }

    private func remark(_ tuning: Tuning) {
        let options = tuning.options
        let trained = tuning.model.table.entries.filter(tuning.firstCut.isTrainable).reduce(0) { $0 + $1.count }
        compute.remark(
            "\(model): \(tuning.model.family.architecture), \(tuning.tokenizer.kind.name); unfreeze \(options.unfreezing), \(trained) parameters to train"
        )
        compute.remark(tuning.keepsHead ? "going on with the base's own head" : "a new head for \(tuning.model.labels.joined(separator: ", "))")
        if tuning.truncatedRows > 0 {
            compute.remark("\(tuning.truncatedRows) rows are longer than \(tuning.maxLength) tokens and are cut; see --max-length")
        }
    }

    private func summary(_ state: Trainer.State, _ options: TuningOptions) -> String {
        guard let metrics = state.bestMetrics else { return "\(output): saved after epoch \(state.epoch)" }
        return "\(output): saved epoch \(state.bestEpoch), dev \(options.metric.rawValue) \(fixed(options.metric.value(of: metrics) ?? .nan, 4))"
    }
}
