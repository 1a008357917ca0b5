import ArgumentParser
import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorReading

struct Classify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say which label fits a text: for files, rows of tables, or lines of standard input.",
        discussion: """
            In .csv and .tsv files, and in files of JSON objects, each row is a text, in the column `text` or in those that --text-column names. \
            Any other file is one text, or with --lines one per line. Without files, and for the name -, standard input is read, a text per \
            line; --input-format csv reads a table there. Blank lines are skipped. Files may be compressed with gzip or xz. Files may be of any length: they are read as they are answered, and answers come in the order of the texts.

            Each answer is a line: source, label and probability, with tabs between them. With --format csv there is a table with a header and \
            the probability of every label; with --format jsonl a JSON object per text, whose "row" counts the source's texts from 0. A table's \
            column of a label has the label's name, or `label:` and the name if the label is called source, row, label or probability, or \
            begins with `label:`.

            A text that is empty or only white space gets an empty label and no probability; in jsonl the label is null and "blank" is true. \
            Unless you name others, the columns and the encoding of files are those of the table that the model was tuned on.

            Examples:
              tenor classify letter.txt --model my-model
              echo 'What a lovely evening.' | tenor classify --model my-model
              tenor classify survey.csv --text-column comment --model my-model \\
                --format csv > answers.csv
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

    @Option(
        help: ArgumentHelp(
            "Leave the label empty (null in jsonl) where the best one is less probable than P; of --top's labels, leave out those.",
            valueName: "p"))
    var threshold: Double?

    @Option(help: ArgumentHelp("The label for texts below the threshold, in place of an empty one.", valueName: "text"))
    var unsureLabel: String?

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
    }

    func run() throws {
        try using.precision?.check()
        try Places.checkModel(model)
        let sources = try sources(files)
        // What is typed or piped has the encoding of this system.
        let format = sources == ["-"] ? input.format() : try input.format(asTuned: model, compute)
        let documents = Documents(sources: sources, format: format, compute: compute)
        let classifier = try using.classifier(model, special, compute)
        let writer = AnswerWriter(
            labels: classifier.model.labels, format: self.format, top: top, logits: logits, threshold: threshold ?? 0,
            unsureLabel: unsureLabel)
        try writer.header()
        let showsProgress = !isTerminal(1)
        var (done, cut, blank) = (0, 0, 0)
        var specials = SpecialTokenCount(classifier.tokenizer)
        let answering = Answering<any Error>(classifier)
        let skipped = try documents.forEach { document in
            specials.add(document.text)
            try answering.add(document.text) { answer in
                try classifier.requireNumbers(answer, folder: model)
                try writer.write(document, answer)
                done += 1
                if answer.truncated > 0 { cut += 1 }
                if document.isBlank { blank += 1 }
                if showsProgress { compute.progress("\(counted(done, "text")) classified") }
            }
        } pause: {
            try answering.finish()
            try Output.flush()
        }
        try answering.finish()
        try Output.flush()
        Messages.clearProgress()
        if cut > 0 {
            compute.message(
                "\(counted(cut, "text")) truncated to \(classifier.maxLength) tokens; --max-length raises the limit, up to the model's")
        }
        if blank > 0 { compute.message("\(counted(blank, "text")) without a word, and so without a label") }
        compute.report(specials)
        compute.reportSkipped(skipped)
    }
}
