import ArgumentParser
import TenorFiles
import TenorMeasuring
import TenorReading

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
