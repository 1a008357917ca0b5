import ArgumentParser
import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorModeling
import TenorReading
import TenorTraining

struct Classify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say which label fits a text: for files, rows of tables, or lines of standard input.",
        discussion: """
            In .csv and .tsv files, and in files of JSON objects, each row is a text, in the column `text` or in those that --text-column names. \
            Any other file is one text, or with --lines one per line. Without files, and for the name -, standard input is read, a text per \
            line; --input-format csv reads a table there. Of an export and of a folder, as 'tenor tune' reads them, each text is answered. Blank \
            lines are skipped. Files may be compressed with gzip or xz. Files may be of any length: they are read as they are answered, and answers come in the order of the texts.

            Each answer is a line: source, label and probability, with tabs between them. With --format csv there is a table with a header and \
            the probability of every label; with --format jsonl a JSON object per text, whose "row" counts the source's texts from 0. A table's \
            column of a label has the label's name, or `label:` and the name if the label is called source, row, label or probability, or \
            begins with `label:`.

            With --keep-columns, the answer to a row of a table is the row itself with the columns label and probability added. All else stays \
            byte for byte: delimiter, quotes, line ends, encoding, blank lines. --uncertain leaves out the rows whose answer is probable enough.

            --output writes a file that is there when it is complete. If the program is interrupted, the same command with --resume continues: \
            the input is read again, and rows that were answered are not answered again.

            A text that is empty or only white space gets an empty label and no probability; in jsonl the label is null and "blank" is true. \
            Unless you name others, the columns and the encoding of files are those of the table that the model was tuned on.

            Examples:
              tenor classify letter.txt --model my-model
              echo 'What a lovely evening.' | tenor classify --model my-model
              tenor classify survey.csv --text-column comment --model my-model \\
                --format csv > answers.csv
              tenor classify survey.csv --text-column comment --model my-model \\
                --keep-columns --output answered.csv
              tenor classify mails.jsonl.gz --model my-model --format jsonl --logits
              tenor classify --input-format csv --delimiter ';' --model my-model < export.csv
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument { case text, jsonl, csv }

    @Argument(help: "Files to classify.", completion: .file())
    var files: [String] = []

    @Option(
        help: ArgumentHelp("The folder that 'tenor tune' wrote, or any other with a classifier.", valueName: "dir"), completion: .directory)
    var model: String

    @Option(help: "How answers are written.")
    var format = Format.text

    @Option(
        help: ArgumentHelp(
            "Give the K most probable labels, best first, each on a line; in jsonl \"probabilities\" has those K (default: the best one).",
            valueName: "k"))
    var top: Int?

    @Flag(help: "Give the logits too, the numbers that probabilities are made of (with --format jsonl).")
    var logits = false

    @Flag(help: "Give probabilities and logits as they were before tuning calibrated them. The labels are the same.")
    var raw = false

    @Option(
        help: ArgumentHelp(
            "Leave the label empty (null in jsonl) where the best one is less probable than P; of --top's labels, leave out those.",
            valueName: "p"))
    var threshold: Double?

    @Option(help: ArgumentHelp("The label for texts below the threshold, in place of an empty one.", valueName: "text"))
    var unsureLabel: String?

    @Flag(
        help: """
            Write each row of a table with all its columns as they are, and add the columns label and probability. In files of JSON objects, \
            one per line, these are keys.
            """)
    var keepColumns = false

    @Flag(help: "Add a column for each label's probability too (with --keep-columns).")
    var probabilities = false

    @Option(help: ArgumentHelp("Put a text before the names of added columns (with --keep-columns).", valueName: "text"))
    var columnPrefix = ""

    @Option(help: ArgumentHelp("Write only answers that are less probable than P, for a person to look at.", valueName: "p"))
    var uncertain: Double?

    @Option(
        help: ArgumentHelp("Write the answers to a file, which is there when it is complete, and not before.", valueName: "file"),
        completion: .file())
    var output: String?

    @Flag(help: "Replace the file that --output names, if it is there.")
    var force = false

    @Flag(help: "Continue an interrupted run of the same command with --output.")
    var resume = false

    @OptionGroup var using: ModelOptions
    @OptionGroup(title: "Input") var input: InputOptions
    @OptionGroup(title: "Input") var special: SpecialTokenOptions
    @OptionGroup(title: "Running") var compute: ComputeOptions

    func validate() throws {
        if let top, top < 1 { throw ValidationError("--top is \(top), it must be at least 1") }
        if let threshold, !(0...1).contains(threshold) {
            throw ValidationError("--threshold is \(threshold), it must lie between 0 and 1")
        }
        if unsureLabel != nil, threshold == nil { throw ValidationError("--unsure-label goes with --threshold") }
        if logits, format != .jsonl { throw ValidationError("--logits goes with --format jsonl") }
        if let uncertain, !(0...1).contains(uncertain) {
            throw ValidationError("--uncertain is \(uncertain), it must lie between 0 and 1")
        }
        if keepColumns {
            if format != .text { throw ValidationError("--keep-columns writes the table's own format, and --format names another") }
            if top != nil {
                throw ValidationError("--keep-columns and --top exclude each other; --probabilities gives those of all labels")
            }
        } else {
            if probabilities { throw ValidationError("--probabilities goes with --keep-columns") }
            if !columnPrefix.isEmpty { throw ValidationError("--column-prefix goes with --keep-columns") }
        }
        if output == nil, resume || force { throw ValidationError("--\(resume ? "resume" : "force") goes with --output") }
    }

    func run() throws {
        try using.precision?.check()
        try Places.checkModel(model)
        let sources = try sources(files)
        if keepColumns, sources.count > 1 { throw ValidationError("--keep-columns takes one file, and \(sources.count) are named") }
        if let output, resume, ResumableFile.isComplete(output) {
            ResumableFile.removeCheckpoint(of: output)
            return compute.message("\(output): the run is complete and was saved; its checkpoint is removed")
        }
        if let output { try Places.checkFile(output, force: force, inputs: sources) }
        // What is typed or piped has the encoding of this system.
        var format = sources == ["-"] ? input.format() : try input.format(asTuned: model, compute)
        let loaded = try using.classifier(model, special, compute)
        if raw, loaded.calibration == nil { compute.message("\(model): records no calibration, so --raw changes nothing") }
        let classifier = raw ? loaded.uncalibrated : loaded
        if format.pairColumn != nil { try classifier.requirePairs(model) }
        try checkOptions(for: classifier.model.task)
        let style = AnswerStyle(classifier, top: top, threshold: threshold, unsureLabel: unsureLabel)
        if probabilities { try classifier.model.configuration.requireDistinctLabels() }
        let table = TableAnswers(style: style, listsProbabilities: probabilities, prefix: columnPrefix)
        if keepColumns { format.addedColumns = table.columns }
        let writer = AnswerWriter(style: style, format: self.format, logits: logits)
        let file = try output.map { output in
            try ResumableFile(
                output, fingerprint: try fingerprint(sources, format, classifier), of: "the same model, files and options",
                resumes: resume, replaces: force)
        }
        if resume, let file, file.facts == nil {
            compute.message("\(file.path): there is no interrupted run to continue; this one starts from the beginning")
        }
        let run = ClassifyingRun(
            classifier, model, writer, keepColumns ? table : nil, uncertain: uncertain, to: file, size: totalSize(of: sources), compute)
        try run.answer(Documents(sources: sources, format: format, compute: compute))
    }

    /// Rejects options that mean nothing for what the model predicts.
    private func checkOptions(for task: Task) throws {
        guard task == .regression else { return }
        let given = [
            ("--top", top != nil), ("--threshold", threshold != nil), ("--probabilities", probabilities), ("--uncertain", uncertain != nil),
        ].filter(\.1)
        if let option = given.first?.0 { throw ValidationError("\(option) is for labels, and \(model) predicts numbers") }
    }

    /// Identifies all that the answers depend on, apart from the texts.
    private func fingerprint(_ sources: [String], _ format: InputFormat, _ classifier: TextClassifier) throws -> String {
        let parts: [String] = [
            tenorVersion, try digestOfWeights(ModelFolder(model)), "\(sources)", "\(format)", "\(classifier.precision)",
            "\(classifier.encoder.maxLength)", "\(String(describing: special.specialTokens))", "\(self.format)",
            "\(String(describing: top))",
            "\(logits)", "\(String(describing: threshold))", "\(String(describing: unsureLabel))", "\(keepColumns)", "\(probabilities)",
            "\(String(describing: uncertain))", "\(raw)",
        ]
        var digest = SHA256()
        digest.update(Array(JSON.array(parts.map { .string($0) }).serialized().utf8))
        return digest.hexadecimal
    }
}
