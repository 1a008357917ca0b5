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
            of texts and one of labels; --text-column and --label-column name them. It may also be an export of Label Studio, Argilla, Prodigy \
            or doccano, a fastText file, or a folder: with files named train, validation and test, of which the first are read, or with a \
            folder of .txt files for each label.

            Training starts from a base, an encoder that was trained on much text, and puts a classifying head on top of it. Without --model, that is \
            the base that comes with Tenor, which reads lower-cased English. --model names another model folder: config.json, weights and a \
            tokenizer.

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
            it. If it has none of them, it gets a new head. If it has some, its head grows by the others. Training on new rows only, it \
            forgets old ones: with --old, rows that it was tuned on before are trained on as well, its head always grows, and what it \
            forgot is measured. --reset-head makes a new head instead.

            Several label columns, or lists of labels, are tuned on as any number of labels for each text, and numbers with fractions as a \
            regression; --task says it otherwise.

            Ctrl-C ends the program; the same command with --resume continues after the last whole epoch, or starts from the beginning if no \
            epoch was saved.

            Examples:
              tenor tune reviews.csv --output my-model
              tenor tune train.csv --dev dev.csv --model BASE --output m
              tenor tune mails.csv --text-column subject --text-column body \\
                --label-column topic --output topics --unfreeze top:2
              tenor tune new.csv --old train.csv --model m --unfreeze none --output n
              tenor tune mails.csv --label-column rude --label-column spam --output m
            """)

    @Argument(help: "Labelled texts: a table, JSON objects, an export, or a folder of them.", completion: .file())
    var corpus: String

    @OptionGroup var base: BaseOption
    private var model: String { base.folder }

    @Option(help: ArgumentHelp("The folder to write.", valueName: "dir"), completion: .directory)
    var output: String

    @Option(
        help: ArgumentHelp(
            """
            Also write a page with plots and wrong answers for the held-out rows: index.html in this folder, or this file if its name ends in \
            .html.
            """, valueName: "dir"), completion: .directory)
    var report: String?

    @Flag(help: "Replace the output folder and the page if they are there.")
    var force = false

    @Flag(help: "Continue an interrupted run of the same command.")
    var resume = false

    @Flag(help: "Accept labels that look like amounts, ids or running text.")
    var anyLabels = false

    @Option(
        help: """
            What the labels are: single, one for each text; multi, any number of them; regression, numbers (default: auto, which goes by the \
            label columns and says what it found).
            """)
    var task = TaskChoice.auto

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
            output: output, replaces: force, resumes: resume, inputs: [model, corpus] + [training.dev, training.old].compactMap { $0 })
        try report.map { try ReportPlace($0).check(force: force, inputs: [self.corpus] + [training.dev, training.old].compactMap { $0 }) }
        let corpus = try read(self.corpus, split: .train)
        if training.dev == nil { mentionValidationSplit() }
        if !anyLabels { try corpus.requireLikelyLabels() }
        let options = training.options(threads: compute.threadCount)
        let kind = Targets(corpus.answers).task
        if report != nil, kind != .singleLabel {
            throw ValidationError("--report is for one label for each text, and these rows are for \(kind.name)")
        }
        if training.old != nil, kind != .singleLabel { throw OptionError("old", needed: "left out where rows do not have one label each") }
        let labels = try HeadPlan.labels(for: corpus.labels, kind, base: model, options.head, hasOldRows: training.old != nil)
        let old = try training.old.map { try readOld($0, labels) }
        let dev = try training.dev.map { try read($0, split: .validation, labels: labels, AnswerKind(kind)) }
        let data = TrainingData(
            labels: labels, TrainingData.Source(corpus), old: old, dev: dev.map { TrainingData.Source($0) },
            input: try input.named(label, special, base: model),
            devFraction: options.devShare(rows: corpus.rows.count), seed: options.seed)
        reportCounts(corpus, data)
        try training.checkDevRows(data.dev != nil)
        let run = try TuningRun(base: model, data, options)
        describe(run)
        let journal = Journal(compute, data.task, metric: options.metric)
        let result = try run.complete(in: place, report: journal.add)
        Messages.clearProgress()
        let metric = options.metric ?? data.task.metrics[0]
        try Output.line(summary(result, options, metric))
        for line in result.forgetting.map(retained) ?? [] { try Output.line(line) }
        if let line = seedSummary(result, metric) { try Output.line(line) }
        try report.map { try write(result.heldOut, of: run, to: $0) }
    }

    private func write(_ heldOut: HeldOut?, of run: TuningRun, to path: String) throws {
        let file = training.dev ?? corpus
        guard let page = heldOut?.report(run, model: output, corpus: file, threads: compute.threadCount)?.page else {
            return compute.message("\(path): not written, for no rows were held out in this run")
        }
        try ReportPlace(path).write(page)
        try Output.line("\(ReportPlace(path).file): saved")
    }

    private func read(_ path: String, split: Split, labels: [String]? = nil, _ kind: AnswerKind? = nil) throws -> Corpus {
        var format = input.format(label)
        format.splits = [split]
        format.answers = kind ?? task.kind ?? (anyLabels ? .single : nil)
        let leastLabels = training.old == nil ? 2 : 1
        let corpus = try readCorpus(
            path, format, labels: labels, leastLabels: leastLabels, reportBadRow: compute.reportBadRow, warn: compute.warn)
        compute.reportSkipped(corpus.skipped)
        compute.report(corpus)
        if let reason = corpus.reason { compute.message("\(corpus.source): \(reason); --task says it otherwise") }
        return corpus
    }

    /// Reads rows with the labels of the model's own head.
    private func readOld(_ path: String, _ labels: [String]) throws -> TrainingData.Source {
        let own = try ModelFolder(model).labels()
        let corpus = try read(path, split: .train, labels: own, .single)
        compute.message("\(path): \(counted(corpus.rows.count, "old row"))")
        return TrainingData.Source(corpus, order: HeadPlan.places(of: own, in: labels))
    }

    /// Says how a validation split in the corpus's folder is used.
    private func mentionValidationSplit() {
        let place = try? SourceFiles(corpus, splits: [.validation], wantsLabels: true)
        guard case .folder(.validation?, _, _, _)? = place?.warning?.kind else { return }
        compute.message("\(corpus): has a validation split; --dev \(corpus) measures on it")
    }

    private func reportCounts(_ corpus: Corpus, _ data: TrainingData) {
        let of = data.task == .regression ? "number" : "label"
        compute.message("\(corpus.source): \(counted(corpus.rows.count, "row")), \(counted(corpus.labels.count, of))")
        if case .numbers(let rows) = corpus.answers {
            for line in spread(of: rows, corpus.labels) { compute.message("  \(line)") }
        } else {
            reportLabels(corpus)
        }
        reportDevRows(data)
    }

    private func reportLabels(_ corpus: Corpus) {
        func share(_ count: Int) -> String { fixed(100 * Double(count) / Double(corpus.rows.count), 1) + " %" }
        let most = 20
        let counts = zip(corpus.labels.map(oneLine), corpus.classCounts).prefix(most).map { [$0, "\($1)", share($1)] }
        for line in table(counts) { compute.message("  \(line)") }
        if corpus.labels.count > most { compute.message("  and \(corpus.labels.count - most) more") }
        switch corpus.answers {
        case .sets(let sets):
            let none = sets.count(where: \.isEmpty)
            let mean = Double(sets.reduce(0) { $0 + $1.count }) / Double(sets.count)
            compute.message("\(fixed(mean, 2)) labels for a row on average, none for \(counted(none, "row"))")
        default:
            // New rows for a classifier may all have one label.
            guard corpus.labels.count > 1 else { return }
            let largest = corpus.classCounts.indices.max { (corpus.classCounts[$0], $1) < (corpus.classCounts[$1], $0) }!
            compute.message(
                "baseline: always answering \(quoted(corpus.labels[largest])) is right \(share(corpus.classCounts[largest])) of the time")
        }
    }

    /// A table of each number's mean, deviation and range.
    private func spread(of rows: [[Double]], _ names: [String]) -> [String] {
        let lines = names.enumerated().map { column, name in
            let values = rows.map { $0[column] }
            let (mean, deviation) = meanAndDeviation(values)
            return [oneLine(name), fixed(mean, 4), fixed(deviation, 4), fixed(values.min()!, 4), fixed(values.max()!, 4)]
        }
        return table([["column", "mean", "deviation", "least", "largest"]] + lines)
    }

    private func reportDevRows(_ data: TrainingData) {
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

    private func describe(_ run: TuningRun) {
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

    /// What was forgotten, for standard output. Where the old model was trained on most of the old rows, its answers to them are no measure,
    /// so its own figure on held-out rows stands beside the new one.
    private func retained(_ forgetting: Forgetting) -> [String] {
        func value(_ metrics: Metrics) -> String {
            let interval = metrics.confusion.accuracyInterval
            return "\(fixed(metrics.confusion.accuracy, 4)) (95 % interval \(fixed(interval.lowerBound, 4)) to "
                + "\(fixed(interval.upperBound, 4)))"
        }
        let rows = "\(output): on \(counted(forgetting.rows, "old row")) not trained on now: accuracy"
        let new = "\(counted(forgetting.newAnswers, "row")) given a new label"
        if let seen = forgetting.seenBefore, 2 * seen > forgetting.rows {
            let old = heldOutAccuracy.map { "; on held-out rows it had \(fixed($0, 4))" } ?? ""
            return [
                "\(rows) \(value(forgetting.after)), \(new)",
                "\(output): the old model was trained on \(seen) of them, so what it got right there is no measure\(old)",
            ]
        }
        let lost = forgetting.lostPoints
        let change = lost > 0 ? "\(fixed(lost, 2)) points lost" : lost < 0 ? "\(fixed(-lost, 2)) points gained" : "no change"
        return ["\(rows) \(value(forgetting.before)) before, \(value(forgetting.after)) after; \(change), \(new)"]
            + forgetting.worse.prefix(20).map {
                "\(output): F1 of \(quoted($0.label)) fell from \(fixed($0.before, 4)) to \(fixed($0.after, 4))"
            }
    }

    /// The accuracy that the base's folder records; nil if it records none.
    private var heldOutAccuracy: Double? {
        let facts = try? TunedFacts(folder: model)
        return (facts?.json["dev_metrics"] ?? facts?.json["cross_validated"])?["accuracy"]?.double
    }

    private func reportHead(_ run: TuningRun) {
        let head = run.head
        guard head.keepsHead else {
            let own = head.own.isEmpty ? "" : ", in place of the base's own for \(quoted(head.own))"
            return compute.message("a new head, pooling \(run.model.head.pooling.rawValue)\(own)")
        }
        if run.data.old == nil, !head.added.isEmpty {
            compute.message(
                "only new rows are trained on, and what the base knows of \(quoted(head.own)) may be forgotten; --old FILE adds old rows")
        }
        let labels = !head.added.isEmpty ? "fewer labels" : head.unused.isEmpty ? "the same labels" : "more labels"
        compute.message("keeping the base's own head, which has \(labels); --reset-head makes a new one")
    }

    private func summary(_ result: TuningResult, _ options: TuningOptions, _ metric: SelectionMetric) -> String {
        if result.wasSaved { return "\(output): the run is complete and was saved; its checkpoint is removed" }
        func value(_ results: Results) -> String {
            let value = metric.value(of: results).map { fixed($0, 4) } ?? "not defined"
            guard case .labels(let metrics) = results, metric == .accuracy else { return "\(value) (\(counted(results.rows, "row")))" }
            let interval = metrics.confusion.accuracyInterval
            return
                "\(value) (95 % interval \(fixed(interval.lowerBound, 4)) to \(fixed(interval.upperBound, 4)), \(counted(results.rows, "row")))"
        }
        if let results = result.metrics, options.folds == nil {
            let epoch = result.epoch > 0 ? " epoch \(result.epoch)" : ""
            return "\(output): saved\(epoch), dev \(metric.rawValue) \(value(results))"
        }
        guard let results = result.crossValidated else {
            return "\(output): saved\(result.epoch > 0 ? " after epoch \(result.epoch)" : ""); nothing was measured"
        }
        let isInFolds = options.folds != nil || !result.seeds.isEmpty
        let place = isInFolds ? "cross-validated \(metric.rawValue)" : "\(metric.rawValue) on held-out rows"
        return "\(output): saved, \(place) \(value(results))"
    }

    /// The mean and the standard deviation over seeds; nil if there was only one.
    private func seedSummary(_ result: TuningResult, _ metric: SelectionMetric) -> String? {
        let values = result.seeds.compactMap { metric.value(of: $0.results) }
        guard values.count > 1 else { return nil }
        let (mean, deviation) = meanAndDeviation(values)
        return "\(output): \(metric.rawValue) over \(values.count) seeds: mean \(fixed(mean, 4)), standard deviation \(fixed(deviation, 4))"
    }
}
