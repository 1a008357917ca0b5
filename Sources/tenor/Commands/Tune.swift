import ArgumentParser
import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorModeling
import TenorReading
import TenorTraining

struct Tune: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a classifier: train a model on texts whose labels are known.",
        discussion: """
            The corpus is a table (.csv, .tsv) or a file of JSON objects (.jsonl, .json), which may be compressed with gzip or xz, with a column \
            of texts and one of labels; --text-column and --label-column name them. The \
            base is a model folder: config.json, weights and a tokenizer. A classifying head is put on top of it.

            With fewer than 2,000 rows, two ways to train are tried on a part of the rows and measured on the rest: the head only, and all \
            layers. Then all rows are trained on. With more rows, all layers are trained on nine tenths of them, and the last tenth is for \
            measuring. If you name a file of labelled rows with --dev, the result is measured on those, and nothing is chosen by them.

            --unfreeze says yourself how much of the base is trained with the head:

              none     the head only, solved as a logistic regression: seconds
              top:K    the last K layers too: most of the gain in a part of the time
              all      everything: the best answers
              gradual  the head first, then more of the base from epoch to epoch

            Except with none, a tenth of the rows is then held out, and the epoch that is best on them is saved. With --dev, the rows of \
            that file are used for this.

            If the base is a classifier with all labels of the corpus, its head is trained further, and labels that the corpus lacks stay in \
            it. If it has none of them, it gets a new head. If it has some, --reset-head has to say that it may be dropped.

            Ctrl-C ends the program; the same command with --resume continues after the last whole epoch, or starts from the beginning if no \
            epoch was saved.

            Examples:
              tenor tune reviews.csv --model BASE --output my-model
              tenor tune train.csv --dev dev.csv --model BASE --output m
              tenor tune mails.csv --text-column subject --text-column body \\
                --label-column topic --model BASE --output topics --unfreeze top:2
            """)

    @Argument(help: "Labelled texts: a table or JSON objects, compressed or not.", completion: .file())
    var corpus: String

    @Option(help: ArgumentHelp("The model folder to start from.", valueName: "dir"), completion: .directory)
    var model: String

    @Option(help: ArgumentHelp("The folder to write.", valueName: "dir"), completion: .directory)
    var output: String

    @Flag(help: "Replace the output folder if it is there.")
    var force = false

    @Flag(help: "Continue an interrupted run of the same command.")
    var resume = false

    @Flag(help: "Accept labels that look like amounts, ids or running text.")
    var anyLabels = false

    @OptionGroup(title: "Training") var training: TrainingOptions
    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Input") var special: SpecialTokenOptions
    @OptionGroup(title: "Labels") var label: LabelOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func run() throws {
        try training.precision.inLayers.check()
        try Places.checkModel(model)
        if !training.resetHead { try Configuration(folder: ModelPlace(model).encoder).requireDistinctLabels() }
        let place = try TuningPlace(
            output: output, replaces: force, resumes: resume, inputs: [model, corpus] + (training.dev.map { [$0] } ?? []))
        let format = input.format(labelColumn: label.labelColumn)
        let corpus = try read(self.corpus, format)
        if !anyLabels { try corpus.requireLikelyLabels() }
        let options = training.options(threads: compute.threadCount)
        let labels = try HeadPlan.labels(for: corpus.labels, base: model, options.head)
        let dev = try training.dev.map { try read($0, format, labels: labels) }
        let data = TrainingData(
            labels: labels, TrainingData.Source(corpus), dev: dev.map { TrainingData.Source($0) },
            input: try input.named(labelColumn: label.labelColumn, special, base: model),
            devFraction: options.devShare(rows: corpus.rows.count), seed: options.seed)
        reportCounts(corpus, data)
        try training.checkDevRows(data.dev != nil)
        let run = try TuningRun(base: model, data, options)
        report(run)
        let journal = Journal(compute, metric: options.metric)
        let result = try run.complete(in: place, report: journal.add)
        Messages.clearProgress()
        try Output.line(summary(result, options))
    }

    private func read(_ path: String, _ format: InputFormat, labels: [String]? = nil) throws -> Corpus {
        let corpus = try readCorpus(path, format, labels: labels, reportBadRow: compute.reportBadRow, warn: compute.warn)
        compute.reportSkipped(corpus.skipped)
        for warning in corpus.warnings { compute.message("\(corpus.source): \(warning)") }
        return corpus
    }

    private func reportCounts(_ corpus: Corpus, _ data: TrainingData) {
        compute.message("\(corpus.source): \(counted(corpus.rows.count, "row")), \(counted(corpus.labels.count, "label"))")
        func share(_ count: Int) -> String { fixed(100 * Double(count) / Double(corpus.rows.count), 1) + " %" }
        let most = 20
        let counts = zip(corpus.labels.map(oneLine), corpus.classCounts).prefix(most).map { [$0, "\($1)", share($1)] }
        for line in table(counts) { compute.message("  \(line)") }
        if corpus.labels.count > most { compute.message("  and \(corpus.labels.count - most) more") }
        let largest = corpus.classCounts.indices.max { (corpus.classCounts[$0], $1) < (corpus.classCounts[$1], $0) }!
        compute.message(
            "baseline: always answering \(quoted(corpus.labels[largest])) is right \(share(corpus.classCounts[largest])) of the time")
        guard let dev = data.dev else {
            let isMeasured = training.unfreeze.policy == nil || training.unfreeze.policy == Unfreezing.none && training.headFit == .solved
            if isMeasured { return }
            let reason = training.devFraction == 0 ? "" : ": no label has a row to spare"
            return compute.message("no dev rows\(reason); the last epoch is saved, and nothing is measured")
        }
        let place = training.dev.map { " (\($0))" } ?? ""
        compute.message(
            "\(counted(data.train.count, "row")) to train on, \(counted(dev.count, "dev row")) to \(training.choosesEpoch ? "choose the best epoch" : "measure") by\(place)"
        )
    }

    private func report(_ run: TuningRun) {
        compute.message("\(model): \(run.model.family.architecture), \(run.tokenizer.kind.name), \(grouped(run.parameters)) parameters")
        reportHead(run)
        for message in run.messages { compute.message(message) }
        compute.report(run.spelledSpecials)
        if run.truncatedRows > 0 {
            compute.message("\(counted(run.truncatedRows, "text")) truncated to \(run.maxLength) tokens; see --max-length")
        }
        if run.options.isAutomatic {
            if run.recipes.count > 1 {
                compute.message("comparing \(run.recipes.count) ways to train, on rows that the trial models do not see")
            }
        } else {
            reportTraining(run, run.trainer(run.recipes[0]))
        }
    }

    private func reportTraining(_ run: TuningRun, _ trainer: Trainer) {
        guard trainer.steps > 0 else { return compute.message("solving the head; the base stays as it is") }
        let options = trainer.options
        let (first, last) = (
            trainer.trainedParameters(of: run.model, epoch: 0), trainer.trainedParameters(of: run.model, epoch: trainer.epochCount - 1)
        )
        let rates = options.rates(width: run.model.encoder.width)
        let base = options.unfreezing == Unfreezing.none ? "" : "\(rates.base) for the base, "
        compute.message(
            "training \(grouped(first))\(first == last ? "" : ", in the end \(grouped(last)),") parameters in up to "
                + "\(counted(trainer.epochCount, "epoch")), \(counted(trainer.steps, "step")) of \(counted(options.rowsPerStep, "row")); "
                + "learning rate \(base)\(rates.head) for the head")
    }

    private func reportHead(_ run: TuningRun) {
        let head = run.head
        guard head.keepsHead else {
            let own = head.own.isEmpty ? "" : ", in place of the base's own for \(quoted(head.own))"
            return compute.message("a new head, pooling \(run.model.head.pooling.rawValue)\(own)")
        }
        let labels = head.unused.isEmpty ? "the same labels" : "more labels"
        compute.message("keeping the base's own head, which has \(labels); --reset-head makes a new one")
    }

    private func summary(_ result: TuningResult, _ options: TuningOptions) -> String {
        if result.wasSaved { return "\(output): the run is complete and was saved; its checkpoint is removed" }
        func value(_ metrics: Metrics) -> String { options.metric.value(of: metrics).map { fixed($0, 4) } ?? "not defined" }
        func interval(_ metrics: Metrics) -> String {
            let interval = metrics.confusion.accuracyInterval
            return options.metric == .accuracy
                ? " (95 % interval \(fixed(interval.lowerBound, 4)) to \(fixed(interval.upperBound, 4)), \(counted(metrics.confusion.rows, "row")))"
                : ""
        }
        if let metrics = result.metrics {
            let epoch = result.epoch > 0 ? " epoch \(result.epoch)" : ""
            return "\(output): saved\(epoch), dev \(options.metric.rawValue) \(value(metrics))\(interval(metrics))"
        }
        guard let metrics = result.crossValidated else {
            return "\(output): saved\(result.epoch > 0 ? " after epoch \(result.epoch)" : ""); nothing was measured"
        }
        return "\(output): saved, \(options.metric.rawValue) on held-out rows \(value(metrics))\(interval(metrics))"
    }
}
