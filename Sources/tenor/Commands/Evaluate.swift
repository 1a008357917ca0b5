import ArgumentParser
import Reading
import Tuning

struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure how well a classifier does on labelled rows.",
        discussion: """
            Examples:
              tenor evaluate test.csv --model my-model
              tenor evaluate test.csv --model my-model --json metrics.json
            """)

    @Argument(help: "A .csv, .tsv or .jsonl file with texts and labels.", completion: .file())
    var corpus: String

    @Option(help: ArgumentHelp("The folder of the classifier.", valueName: "dir"), completion: .directory)
    var model: String

    @Option(help: ArgumentHelp("Also write the figures to a JSON file.", valueName: "file"), completion: .file())
    var json: String?

    @Option(help: "Tokens that a text is cut to (default: as in tuning).")
    var maxLength: Int?

    @Flag(help: "Replace the file that --json names.")
    var force = false

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Labels") var label: LabelOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func run() throws {
        if let json { try refuseToOverwrite(json, force: force) }
        let classifier = try TextClassifier(folder: model, maxLength: maxLength, threads: compute.threadCount)
        var evaluation = Evaluation(classifier)
        let corpus = try readCorpus(
            corpus, input.format(labelColumn: label.labelColumn), labels: classifier.model.labels,
            reportBadRow: { [compute] in compute.remark("tenor: \($0)") })
        for first in stride(from: 0, to: corpus.rows.count, by: 1024) {
            let rows = first..<min(first + 1024, corpus.rows.count)
            evaluation.add(corpus.rows[rows].map(\.text), labels: Array(corpus.classIndices[rows]))
            compute.progress("evaluated \(rows.upperBound) of \(corpus.rows.count)")
        }
        Remarks.clearProgress()
        if corpus.skipped > 0 { compute.remark("tenor: \(corpus.skipped) records had faults and were left out") }
        let metrics = evaluation.metrics()
        try Output.write(metrics.report(of: self.corpus))
        if let json { try writeText(metrics.json + "\n", to: json) }
    }
}
