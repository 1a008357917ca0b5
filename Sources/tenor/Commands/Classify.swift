import ArgumentParser
import Reading
import Tuning

struct Classify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Classify text files, rows of tables or lines of standard input.",
        discussion: """
            .csv, .tsv and .jsonl files: each row is a document, its text in the column `text` or in those that --text-column names. Any other
            file is one document, or one per line with --lines. Without files, or for -, standard input is read, a document per line.

            Examples:
              tenor classify letter.txt --model my-model
              echo 'What a lovely evening.' | tenor classify --model my-model
              tenor classify survey.csv --text-column comment --model my-model --format csv > answers.csv
              tenor classify mails.jsonl --model my-model --format jsonl --logits --threshold 0.8
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument { case text, jsonl, csv }

    @Argument(help: "Files to classify.", completion: .file())
    var files: [String] = []

    @Option(help: ArgumentHelp("The folder of the classifier.", valueName: "dir"), completion: .directory)
    var model: String

    @Option(help: "How answers are written: \(Format.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format = Format.text

    @Option(help: ArgumentHelp("Give the K most probable labels instead of one.", valueName: "k"))
    var top: Int = 1

    @Flag(help: "Give the logits too (jsonl).")
    var logits = false

    @Option(help: ArgumentHelp("Leave out answers less probable than P.", valueName: "p"))
    var threshold: Double = 0

    @Option(help: "Tokens that a text is cut to (default: as in tuning).")
    var maxLength: Int?

    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func validate() throws {
        if top < 1 { throw ValidationError("--top is \(top), it must be at least 1") }
        if !(0...1).contains(threshold) { throw ValidationError("--threshold is \(threshold), it must lie between 0 and 1") }
        if logits, format != .jsonl { throw ValidationError("--logits goes with --format jsonl") }
        if let maxLength, maxLength < 1 { throw ValidationError("--max-length is \(maxLength), it must be at least 1") }
    }

    func run() throws {
        let sources = try sources(files)
        let classifier = try TextClassifier(folder: model, maxLength: maxLength, threads: compute.threadCount)
        let writer = AnswerWriter(labels: classifier.model.labels, format: format, top: top, logits: logits, threshold: threshold)
        try writer.header()
        var truncated = 0
        var skipped = 0
        for source in sources {
            skipped += try eachRun(of: source, input.format(), report: { [compute] in compute.remark("tenor: \($0)") }) { documents in
                let answers = classifier.logits(documents.map(\.text))
                truncated += answers.truncated.count { $0 > 0 }
                for (row, document) in documents.enumerated() {
                    try writer.write(document, answers.logits.row(row), truncated: answers.truncated[row])
                }
            }
        }
        try Output.flush()
        if truncated > 0 {
            compute.remark(
                "tenor: \(truncated) of the texts were longer than \(classifier.maxLength) tokens and cut; --max-length takes more where the model does"
            )
        }
        if skipped > 0 { compute.remark("tenor: \(skipped) records had faults and were left out") }
    }
}

/// Reads a source in runs of documents, small enough to hold and large enough to share among threads. From a pipe a run ends early, so
/// that a person who types lines sees each answered.
func eachRun(
    of source: String, _ format: InputFormat, wantsLabels: Bool = false, report: @escaping @Sendable (CorpusError) -> Void,
    _ body: ([Document]) throws -> Void
) throws -> Int {
    var reader = try DocumentReader(source, format, wantsLabels: wantsLabels, reportBadRow: report)
    var run: [Document] = []
    var bytes = 0
    let isInteractive = source == "-" && isTerminal(0)
    while let document = try reader.next() {
        run.append(document)
        bytes += document.text.utf8.count
        if run.count >= 1024 || bytes >= 1 << 20 || isInteractive {
            try body(run)
            if isInteractive { try Output.flush() }
            run.removeAll(keepingCapacity: true)
            bytes = 0
        }
    }
    if !run.isEmpty { try body(run) }
    return reader.skipped
}
