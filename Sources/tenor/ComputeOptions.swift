import ArgumentParser
import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorReading

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
