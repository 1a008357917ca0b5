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
        try Output.write(report(evaluation.metrics, classifier))
        if let json { try writeText(evaluation.metrics.json, to: json) }
    }

    private func report(_ metrics: Metrics, _ classifier: TextClassifier) -> String {
        let confusion = metrics.confusion
        let interval = confusion.accuracyInterval
        var lines = [
            "rows         \(confusion.rows)",
            "accuracy     \(fixed(confusion.accuracy, 4))  (95 % interval \(fixed(interval.lowerBound, 4)) to \(fixed(interval.upperBound, 4)))",
            "macro F1     \(fixed(confusion.macroF1, 4))", "weighted F1  \(fixed(confusion.weightedF1, 4))",
            "MCC          \(fixed(confusion.matthewsCorrelation, 4))", "AUROC        \(metrics.auroc.map { fixed($0, 4) } ?? "not determined: a label has no rows")",
            "NLL          \(fixed(metrics.nll, 4))", "Brier        \(fixed(metrics.brier, 4))", "ECE          \(fixed(metrics.ece, 4))",
        ]
        if metrics.truncatedRows > 0 { lines.append("cut rows     \(metrics.truncatedRows), at \(classifier.maxLength) tokens") }
        let scores = zip(metrics.labels, confusion.classScores)
        lines += [""] + table(
            [["label", "precision", "recall", "F1", "rows"]]
                + scores.map { [$0, fixed($1.precision, 4), fixed($1.recall, 4), fixed($1.f1, 4), "\($1.support)"] })
        lines += ["", "rows: the true label; columns: the answer"]
        lines += table([[""] + metrics.labels] + zip(metrics.labels, confusion.counts).map { [$0] + $1.map(String.init) })
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Lines with the first column to the left and the others to the right.
private func table(_ rows: [[String]]) -> [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
    return rows.map { row in
        row.enumerated().map { column, cell in
            let space = String(repeating: " ", count: widths[column] - cell.count)
            return column == 0 ? cell + space : space + cell
        }.joined(separator: "  ")
    }
}
