import ArgumentParser
import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorReading

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure how often a classifier is right, on labelled rows that had no part in tuning.",
        discussion: """
            Prints how many answers are right (accuracy), how well each label is found, and which labels are taken for which. Figures that \
            punish overconfidence (NLL, Brier, ECE) are better the lower they are; all others the higher. If the model's folder records the rows \
            it was tuned on, a message says how many of these rows are among them. Unless you name others, the columns and the encoding are \
            those of the table that the model was tuned on.

            Examples:
              tenor evaluate test.csv --model my-model
              tenor evaluate test.csv --model my-model --json metrics.json
            """)

    @Argument(help: "Labelled texts: a table or JSON objects, compressed or not.", completion: .file())
    var corpus: String

    @Option(
        help: ArgumentHelp("The folder that 'tenor tune' wrote, or any other with a classifier.", valueName: "dir"), completion: .directory)
    var model: String

    @Option(help: ArgumentHelp("Also write the figures to a JSON file.", valueName: "file"), completion: .file())
    var json: String?

    @Flag(help: "Replace the file that --json names, if it is there.")
    var force = false

    @OptionGroup var using: ModelOptions
    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Input") var special: SpecialTokenOptions
    @OptionGroup(title: "Labels") var label: LabelOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func run() throws {
        try using.precision?.check()
        try Places.checkModel(model)
        if let json { try Places.checkFile(json, force: force) }
        let classifier = try using.classifier(model, special, compute)
        try classifier.model.configuration.requireDistinctLabels()
        try classifier.requireFiniteWeights(model)
        for warning in LabelSetCheck(classifier.model.labels).warnings { compute.message("\(model): \(warning)") }
        let format = try input.format(label, asTuned: model, compute)
        let corpus = try readCorpus(
            corpus, format, labels: classifier.model.labels, reportBadRow: compute.reportBadRow,
            warn: compute.warn)
        for warning in corpus.warnings { compute.message("\(corpus.source): \(warning)") }
        if let trained = try TrainedRows(folder: model) {
            let seen = trained.count(of: corpus.rows.lazy.map(\.text))
            compute.message("\(corpus.source): \(seen) of \(corpus.rows.count) rows were in the training data of \(model)")
        }
        var specials = SpecialTokenCount(classifier.tokenizer)
        for row in corpus.rows { specials.add(row.text) }
        compute.report(specials)
        var done = 0
        let metrics = try classifier.evaluate(corpus.rows.map(\.text), labels: corpus.classIndices) { (answer) throws(NoAnswer) in
            try classifier.requireNumbers(answer, folder: model)
            done += 1
            compute.progress("evaluated \(done) of \(counted(corpus.rows.count, "row"))")
        }
        Messages.clearProgress()
        compute.reportSkipped(corpus.skipped)
        if let json { try writeText(metrics.json, to: json) }
        try Output.write(metrics.report(maxLength: classifier.maxLength))
    }
}

extension TextClassifier {
    /// Rejects an answer that is not a finite number.
    func requireNumbers(_ answer: Answer, folder: String) throws(NoAnswer) {
        if !answer.logits.allSatisfy(\.isFinite) { throw NoAnswer(folder: folder, weight: model.firstNonFinite(threads: threads)) }
    }
}
