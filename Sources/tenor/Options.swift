import ArgumentParser
import TenorClassifying
import TenorFiles
import TenorLayers
import TenorMeasuring
import TenorModeling
import TenorReading
import TenorTraining

extension TextEncoding: ExpressibleByArgument {}
extension InputForm: ExpressibleByArgument {}
extension SpecialTokens: ExpressibleByArgument {}
extension LongTexts: ExpressibleByArgument {}

/// How the files named on the command line are read.
struct InputOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How the input is read: csv and tsv are tables, jsonl has an object per line, json is an array of objects or has an object per line, with lines each line is a text, and with text the whole file is one. fasttext, label-studio, argilla, prodigy and doccano are exports. auto goes by the content and the file's extension; it reads standard input line by line, as JSON objects if the first line is one.",
            valueName: "format"))
    var inputFormat = InputForm.auto

    @Option(
        help: ArgumentHelp(
            "What separates the fields of a table: 'tab', or a character such as ';' (default: as the header shows or, without one, the first rows).",
            valueName: "character"))
    var delimiter: Delimiter?

    @Option(
        help: ArgumentHelp(
            "The column of the texts, by header name or number from 1 (default: text). Named more than once, the columns are joined by spaces.",
            valueName: "name"))
    var textColumn: [String] = []

    @Option(
        help: ArgumentHelp(
            "The column of the second text, where each row is a pair of texts, such as a question and an answer (evaluate and classify: as in tuning).",
            valueName: "name"))
    var pairColumn: String?

    @Flag(help: "The first line of a table is a row like any other, and columns go by number: texts 1, labels 2.")
    var noHeader = false

    @Flag(
        help:
            "Take each line of a plain text file as a text of its own, not the whole file as one. JSON objects are rows all the same."
    )
    var lines = false

    @Option(
        help: """
            The files' encoding (default: utf8; evaluate, classify and quantize: as in tuning). A byte order mark of UTF-16 is obeyed without \
            it.
            """)
    var encoding: TextEncoding?

    @Flag(help: "Report and count invalid rows and continue, instead of stopping at the first.")
    var skipBadRows = false

    func validate() throws {
        if lines, inputFormat != .auto, inputFormat != .lines {
            throw ValidationError("--lines and --input-format \(inputFormat.rawValue) exclude each other")
        }
        if delimiter != nil, ![.auto, .csv, .tsv].contains(inputFormat) {
            throw ValidationError("--delimiter is for tables, and --input-format is \(inputFormat.rawValue)")
        }
    }

    func format(_ labels: LabelOptions? = nil) -> InputFormat {
        InputFormat(
            form: inputFormat, delimiter: delimiter?.byte, textColumns: textColumn, pairColumn: pairColumn,
            labelColumns: labels?.labelColumn ?? [], labelSeparator: labels?.labelSeparator, hasHeader: !noHeader,
            linesAreDocuments: lines, encoding: encoding ?? .utf8, skipsBadRows: skipBadRows)
    }
}

/// The label column, for commands that read labels.
struct LabelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The column of the labels, by header name or number from 1 (default: label). Named more than once, each holds 0 or 1 for the label of its name, or a number.",
            valueName: "name"))
    var labelColumn: [String] = []

    @Option(help: ArgumentHelp("What separates the labels in a cell that may hold several of them.", valueName: "text"))
    var labelSeparator: String?

    func validate() throws {
        if labelSeparator == "" { throw ValidationError("--label-separator is empty, it must be at least one character") }
        if labelSeparator != nil, labelColumn.count > 1 {
            throw ValidationError("--label-separator is for labels in one cell, and --label-column names \(labelColumn.count) columns")
        }
    }
}

/// How special tokens in texts are read, for commands that tokenize texts.
struct SpecialTokenOptions: ParsableArguments {
    @Option(
        help: """
            How special tokens of the model, such as [SEP], are read where a text spells them: as text, or as tokens as in transformers \
            (default: as in tuning, or text).
            """)
    var specialTokens: SpecialTokens?
}

/// The options of every command that computes.
struct ComputeOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Processors to use (default: all that this process may use).", valueName: "n"))
    var threads: Int?

    @Flag(help: "Say nothing but results and errors.")
    var quiet = false

    func validate() throws {
        if let threads, !(1...mostThreads).contains(threads) {
            throw ValidationError("--threads is \(threads), it must be from 1 to \(mostThreads)")
        }
    }

    var threadCount: Int { threads ?? processorCount() }

    func message(_ text: String) {
        guard !quiet else { return }
        Messages.clearProgress()
        Messages.line(messageLine(text))
    }

    func progress(_ text: @autoclosure () -> String) {
        if !quiet { Messages.progress(text()) }
    }

    /// Prints a message for each record that is skipped.
    var reportBadRow: @Sendable (CorpusError) -> Void { { message("\($0)") } }

    /// Prints a message about what is unexpected in a source.
    var warn: @Sendable (InputWarning) -> Void { { message("\($0)\(advice(on: $0))") } }

    func report(_ count: SpecialTokenCount) {
        if let found = count.message { message("\(found); --special-tokens tokens reads them as tokens") }
    }

    /// Prints what became of an export's records, and what is unexpected about the rows.
    func report(_ corpus: Corpus) {
        if corpus.isExport { message("\(corpus.source): \(corpus.account)") }
        for warning in corpus.warnings { message("\(corpus.source): \(warning)") }
    }

    func report(_ rows: borrowing LabelledReader) {
        if rows.isExport { message("\(rows.source): \(rows.account)") }
        for warning in rows.warnings { message("\(rows.source): \(warning)") }
    }

    func reportSkipped(_ count: Int) {
        if count > 0 { message("\(counted(count, "invalid row")) left out") }
    }
}

/// How a loaded model computes.
struct ModelOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Truncate texts to this many tokens; a token is a word or a part of one (default: as in tuning).", valueName: "n"))
    var maxLength: Int?

    @Option(
        help: ArgumentHelp(
            "The numbers to compute with: bf16 and int8 are faster, and differ in a few answers of a thousand (default: int8 for a folder that 'tenor quantize' wrote, else fp32).",
            valueName: "precision"))
    var precision: Precision?

    func validate() throws {
        if let maxLength, maxLength < 3 { throw ValidationError("--max-length is \(maxLength), it must be at least 3") }
    }

    func classifier(_ folder: String, _ special: SpecialTokenOptions, _ compute: ComputeOptions) throws -> TextClassifier {
        let classifier = try TextClassifier(
            folder: folder, maxLength: maxLength, specialTokens: special.specialTokens, precision: precision,
            threads: compute.threadCount)
        for warning in classifier.warnings { compute.message(warning) }
        if precision == nil, classifier.isKeptInBytes, classifier.precision == .fp32 {
            compute.message("\(folder): its weights are int8; this processor has no instructions for int8 products, so fp32 is used")
        }
        return classifier
    }
}

extension Precision: ExpressibleByArgument {
    func check() throws {
        guard isAvailable else {
            throw Unavailable(description: "--precision \(rawValue): this processor has no instructions for it; fp32 works everywhere")
        }
    }
}
