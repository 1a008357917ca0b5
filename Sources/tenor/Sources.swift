import ArgumentParser
import Reading
import Tuning

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension TextEncoding: ExpressibleByArgument {}

/// How the files named on the command line are read; see `tenor classify --help`.
struct InputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A column to read, by header name or number from 1; several are joined by a space.", valueName: "name"))
    var textColumn: [String] = []

    @Flag(help: "The first record of a .csv or .tsv file is a row like any other: text is column 1, the label column 2.")
    var noHeader = false

    @Flag(help: "Each line of a plain text file is a document, not the whole file.")
    var lines = false

    @Option(help: "The files' encoding: \(TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")).")
    var encoding = TextEncoding.utf8

    @Flag(help: "Report and count records with faults and go on, instead of stopping at the first.")
    var skipBadRows = false

    func format(labelColumn: String? = nil) -> InputFormat {
        InputFormat(
            textColumns: textColumn, labelColumn: labelColumn, hasHeader: !noHeader, linesAreDocuments: lines, encoding: encoding,
            skipsBadRows: skipBadRows)
    }
}

/// The label column, where labels are read.
struct LabelOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The column of the labels, by header name or number from 1 (default: label).", valueName: "name"))
    var labelColumn: String?
}

/// What every command that computes takes.
struct ComputeOptions: ParsableArguments {
    @Option(help: "Threads to use (default: all processors that this process may use).")
    var threads: Int?

    @Flag(help: "Say nothing but results and errors.")
    var quiet = false

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads), it must be at least 1") }
    }

    var threadCount: Int { threads ?? processorCount() }

    func remark(_ text: String) {
        guard !quiet else { return }
        Remarks.clearProgress()
        Remarks.line(text)
    }

    func progress(_ text: String) {
        if !quiet { Remarks.progress(text) }
    }
}

/// The sources to read: those named, or standard input where none is named and it is no terminal.
func sources(_ files: [String]) throws -> [String] {
    if !files.isEmpty { return files }
    guard !isTerminal(0) else { throw ValidationError("name a file, or pipe text into standard input") }
    return ["-"]
}

func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }
