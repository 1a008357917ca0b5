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
            punish overconfidence (NLL, Brier, ECE) are better the lower they are; all others the higher.

            Examples:
              tenor evaluate test.csv --model my-model
              tenor evaluate test.csv --model my-model --json metrics.json
            """)

    @Argument(help: "Labelled texts: .csv, .tsv or .jsonl.", completion: .file())
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
    @OptionGroup(title: "Labels") var label: LabelOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func run() throws {
        try using.precision?.check()
        try Places.checkModel(model)
        if let json { try Places.checkFile(json, force: force) }
        let classifier = try using.classifier(model, compute)
        try classifier.model.configuration.requireDistinctLabels()
        try classifier.requireFiniteWeights(model)
        let corpus = try readCorpus(
            corpus, input.format(labelColumn: label.labelColumn), labels: classifier.model.labels, reportBadRow: compute.reportBadRow)
        var done = 0
        let metrics = try classifier.evaluate(corpus.rows.map(\.text), labels: corpus.classIndices) { (answer) throws(NoAnswer) in
            try classifier.requireNumbers(answer, folder: model)
            done += 1
            compute.progress("evaluated \(done) of \(counted(corpus.rows.count, "row"))")
        }
        Messages.clearProgress()
        compute.reportSkipped(corpus.skipped)
        if let json { try writeText(metrics.json, to: json) }
        try Output.write(report(metrics, classifier))
    }

    private func report(_ metrics: Metrics, _ classifier: TextClassifier) -> String {
        let confusion = metrics.confusion
        let interval = confusion.accuracyInterval
        let labels = metrics.labels.map(oneLine)
        var lines = [
            "rows         \(confusion.rows)",
            "accuracy     \(fixed(confusion.accuracy, 4))  (95 % interval \(fixed(interval.lowerBound, 4)) to \(fixed(interval.upperBound, 4)))",
            "macro F1     \(fixed(confusion.macroF1, 4))", "weighted F1  \(fixed(confusion.weightedF1, 4))",
            "MCC          \(fixed(confusion.matthewsCorrelation, 4))",
            "AUROC        \(metrics.auroc.map { fixed($0, 4) } ?? "not defined: a label has no rows")",
            "NLL          \(fixed(metrics.nll, 4))", "Brier        \(fixed(metrics.brier, 4))", "ECE          \(fixed(metrics.ece, 4))",
        ]
        if metrics.truncatedRows > 0 {
            lines.append("cut          \(counted(metrics.truncatedRows, "row")), to \(classifier.maxLength) tokens")
        }
        lines +=
            [""]
            + table(
                [["label", "precision", "recall", "F1", "rows"]]
                    + zip(labels, confusion.classScores).map {
                        [$0, fixed($1.precision, 4), fixed($1.recall, 4), fixed($1.f1, 4), "\($1.support)"]
                    })
        lines += ["", "Each line a true label, each column an answer:"]
        lines += table([[""] + labels] + zip(labels, confusion.counts).map { [$0] + $1.map(String.init) })
        return lines.joined(separator: "\n") + "\n"
    }
}

extension TextClassifier {
    /// What is no number is no answer either.
    func requireNumbers(_ answer: Answer, folder: String) throws(NoAnswer) {
        if !answer.logits.allSatisfy(\.isFinite) { throw NoAnswer(folder: folder, weight: model.firstNonFinite(threads: threads)) }
    }
}
