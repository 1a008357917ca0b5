import ArgumentParser
import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorModeling
import TenorReading

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure how often a classifier is right, on labelled rows that had no part in tuning.",
        discussion: """
            Prints how many answers are right (accuracy), how well each label is found, which labels are taken for which, how often answers of \
            each probability are right, and the accuracy on short and long texts. Figures that punish overconfidence (NLL, Brier, ECE) are \
            better the lower they are; all others the higher. Intervals hold the true figure with 95 % certainty. The baseline is what the \
            labels' frequencies reach without reading. If the model's folder records the rows it was tuned on, a message says how many of these \
            rows are among them. Unless you name others, the columns and the encoding are those of the table that the model was tuned on.

            --errors writes a table of wrong answers, the most confident first, with the columns text, label, answer, probability, \
            label_probability and record; at most 10,000 rows and 64 MB of text. --report writes a page for the browser, in one file, with \
            plots, all figures, and the 2,000 most confident wrong answers.

            --target-accuracy 0.95 finds the threshold for 'tenor classify --threshold' above which 95 % of the answers are right, and says \
            how many rows have such answers. Choose it on rows other than those that you report the result on.

            --against answers the same rows with a second model of the same labels, and says whether the difference is real.

            Examples:
              tenor evaluate test.csv --model my-model
              tenor evaluate test.csv --model my-model --json metrics.json
              tenor evaluate test.csv --model my-model --errors errors.csv --report report
              tenor evaluate test.csv --model my-model --against old-model
              tenor evaluate test.csv --model my-model --slice country
              tenor evaluate dev.csv --model my-model --target-accuracy 0.95
            """)

    @Argument(help: "Labelled texts: a table, JSON objects, an export, or a folder of them.", completion: .file())
    var corpus: String

    @Option(
        help: ArgumentHelp("The folder that 'tenor tune' wrote, or any other with a classifier.", valueName: "dir"), completion: .directory)
    var model: String

    @Option(help: ArgumentHelp("A second classifier to compare with, on the same rows.", valueName: "dir"), completion: .directory)
    var against: String?

    @Option(
        help: ArgumentHelp("Also give the accuracy for each value of this column, by header name or number from 1.", valueName: "column"))
    var slice: String?

    @Option(
        help: ArgumentHelp(
            "Find the threshold above which this share of the answers is right, such as 0.95, and say how many rows it answers.",
            valueName: "share"))
    var targetAccuracy: Double?

    @Option(help: ArgumentHelp("Also write the figures to a JSON file.", valueName: "file"), completion: .file())
    var json: String?

    @Option(
        help: ArgumentHelp("Also write the wrong answers to a CSV file, the most confident first.", valueName: "file"), completion: .file())
    var errors: String?

    @Option(
        help: ArgumentHelp(
            "Also write a page with plots: index.html in this folder, or this file if its name ends in .html.", valueName: "dir"),
        completion: .directory)
    var report: String?

    @Flag(help: "Replace the files that --json, --errors and --report name, if they are there.")
    var force = false

    @OptionGroup var using: ModelOptions
    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Input") var special: SpecialTokenOptions
    @OptionGroup(title: "Labels") var label: LabelOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func validate() throws {
        if let targetAccuracy, !(targetAccuracy > 0 && targetAccuracy <= 1) {
            throw ValidationError("--target-accuracy is \(targetAccuracy), it must lie above 0 and at most be 1")
        }
        let named = [("the corpus", corpus), ("--json", json), ("--errors", errors), ("--report", report.map { ReportPlace($0).file })]
        let files = named.compactMap { name, path in path.map { (name, $0) } }
        for (index, (name, path)) in files.enumerated() {
            if let (other, _) = files[..<index].first(where: { $0.1 == path }) {
                throw ValidationError("\(name) and \(other) are both '\(path)', each needs a file of its own")
            }
        }
    }

    func run() throws {
        try using.precision?.check()
        let folders = [model] + (against.map { [$0] } ?? [])
        for folder in folders { try Places.checkModel(folder) }
        for file in [json, errors].compactMap(\.self) { try Places.checkFile(file, force: force, inputs: [corpus]) }
        try report.map { try ReportPlace($0).check(force: force, inputs: [corpus]) }
        let loaded = try load(model)
        let task = loaded.classifier.model.task
        var format = try input.format(label, asTuned: model, compute)
        (format.sliceColumn, format.answers, format.splits) = (slice, AnswerKind(task), [.test, .validation])
        if format.pairColumn != nil { try loaded.classifier.requirePairs(model) }
        guard task == .singleLabel else { return try measure(loaded, format) }
        let other = try against.map(load)
        if let other, format.pairColumn != nil { try other.classifier.requirePairs(other.folder) }
        let run = try EvaluationRun(loaded, against: other, sliceColumn: slice, compute)
        var rows = try LabelledReader(corpus, format, labels: loaded.labels, reportBadRow: compute.reportBadRow, warn: compute.warn)
        let trained = try folders.map { try TrainedRows(folder: $0) }
        var seen = folders.map { _ in 0 }
        var specials = SpecialTokenCount(loaded.classifier.tokenizer)
        try run.answer {
            guard let document = try rows.next() else { return nil }
            for (index, rows) in trained.enumerated() { seen[index] += rows?.count(of: CollectionOfOne(document.input)) ?? 0 }
            specials.add(document.input)
            return (document, rows.lastAnswer.labels[0])
        }
        try rows.requireRows()
        compute.report(rows)
        for (index, folder) in folders.enumerated() where trained[index] != nil {
            compute.message("\(corpus): \(seen[index]) of \(rows.account.used) rows were in the training data of \(folder)")
        }
        compute.report(specials)
        compute.reportSkipped(rows.skipped)
        try write(run)
    }

    /// Measures a model that gives any number of labels, or numbers.
    private func measure(_ model: EvaluationRun.Model, _ format: InputFormat) throws {
        let single = [
            ("--against", against), ("--slice", slice), ("--target-accuracy", targetAccuracy.map { "\($0)" }), ("--errors", errors),
            ("--report", report),
        ]
        if let (option, _) = single.first(where: { $0.1 != nil }) {
            throw ValidationError(
                "\(option) is for models that give one label, and \(model.folder) is for \(model.classifier.model.task.name)")
        }
        let classifier = model.classifier
        var rows = try LabelledReader(corpus, format, labels: model.labels, reportBadRow: compute.reportBadRow, warn: compute.warn)
        let trained = try TrainedRows(folder: model.folder)
        var (seen, specials) = (0, SpecialTokenCount(classifier.tokenizer))
        var tally = ResultsTally(classifier.model.task, labels: model.labels, thresholds: classifier.thresholds.values)
        let answering = Answering<NoAnswer>(classifier)
        while let document = try rows.next() {
            seen += trained?.count(of: CollectionOfOne(document.input)) ?? 0
            specials.add(document.input)
            let targets = Targets(rows.lastAnswer)
            try answering.add(document.input) { (answer) throws(NoAnswer) in
                try classifier.requireNumbers(answer, folder: model.folder)
                tally.add(targets, row: 0, answer.values, isTruncated: answer.truncated > 0)
                compute.progress("evaluated \(counted(tally.rows, "row"))")
            }
        }
        try answering.finish()
        Messages.clearProgress()
        try rows.requireRows()
        compute.report(rows)
        if trained != nil { compute.message("\(corpus): \(seen) of \(tally.rows) rows were in the training data of \(model.folder)") }
        compute.report(specials)
        compute.reportSkipped(rows.skipped)
        if let json { try writeText(tally.results.json, to: json) }
        switch tally.results {
        case .sets(let metrics): try Output.write(metrics.report(maxLength: classifier.encoder.maxLength))
        case .numbers(let metrics): try Output.write(metrics.report(maxLength: classifier.encoder.maxLength))
        case .labels: preconditionFailure("results of another task")
        }
    }

    private func load(_ folder: String) throws -> EvaluationRun.Model {
        let classifier = try using.classifier(folder, special, compute)
        try classifier.model.configuration.requireDistinctLabels()
        try classifier.requireFiniteWeights(folder)
        for warning in LabelSetCheck(classifier.model.labels).warnings { compute.message("\(folder): \(warning)") }
        return EvaluationRun.Model(folder: folder, classifier: classifier)
    }

    private func write(_ run: EvaluationRun) throws {
        let found = run.report(corpus: corpus, targetAccuracy: targetAccuracy)
        if let json { try writeText(found.json, to: json) }
        if let errors {
            let listed = run.errors.sorted
            try ErrorsFile(path: errors, labels: found.labels).write(listed)
            if listed.count < run.errors.count {
                compute.message("\(errors): has the \(grouped(listed.count)) most confident of \(grouped(run.errors.count)) wrong answers")
            }
        }
        try report.map { try ReportPlace($0).write(found.page) }
        try Output.write(found.text)
    }
}

extension TextClassifier {
    /// Rejects an answer that is not a finite number.
    func requireNumbers(_ answer: Answer, folder: String) throws(NoAnswer) {
        if !answer.logits.allSatisfy(\.isFinite) { throw NoAnswer(folder: folder, weight: model.firstNonFinite(threads: threads)) }
    }
}
