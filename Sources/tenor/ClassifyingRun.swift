import TenorClassifying
import TenorFiles
import TenorMeasuring
import TenorReading

/// Answers documents and writes the answers in their order, to standard output or to a file that an interrupted run can continue.
final class ClassifyingRun {
    private let classifier: TextClassifier
    private let model: String
    private let compute: ComputeOptions
    private let writer: AnswerWriter
    /// How answers are added to the rows of a table; nil if they are written by themselves.
    private let table: TableAnswers?
    /// Answers that are as probable are left out; nil to write all.
    private let uncertain: Double?
    private let file: ResumableFile?
    private let answering: Answering<any Error>
    private let showsProgress: Bool

    private var counts = Counts()
    private var written = 0
    private var specials: SpecialTokenCount
    /// How the table is written, once it is opened.
    private var dialect: Dialect?
    /// Digest of the rows that were answered.
    private var digest = SHA256()
    /// How many rows an interrupted run answered that are still to be read.
    private var answeredBefore: Int
    /// The bytes of rows that wait for their answer.
    private var waiting = 0
    private var progress: InputProgress
    /// The bytes of the sources that were read to their end.
    private var passed = 0.0

    private struct Counts {
        var done = 0
        var truncated = 0
        var blank = 0
    }

    /// Rows of a table may be much longer than their texts, whose bytes ``Answering`` limits.
    private static let mostWaiting = 1 << 24

    init(
        _ classifier: TextClassifier, _ model: String, _ writer: AnswerWriter, _ table: TableAnswers?, uncertain: Double?,
        to file: ResumableFile?, size: Double?, _ compute: ComputeOptions
    ) {
        (self.classifier, self.model, self.compute) = (classifier, model, compute)
        (self.writer, self.table, self.uncertain, self.file) = (writer, table, uncertain, file)
        answering = Answering(classifier)
        specials = SpecialTokenCount(classifier.tokenizer)
        progress = InputProgress(size: size)
        showsProgress = file != nil || !isTerminal(1)
        answeredBefore = file?.facts?["rows"]?.int ?? 0
    }

    func answer(_ documents: Documents) throws {
        do {
            if file?.facts == nil, table == nil { try write(writer.header.utf8) }
            let skipped = try documents.forEach(add, opened: begin, ended: end, pause: pause)
            try answering.finish()
            guard answeredBefore == 0 else { throw otherInput }
            if let file { try file.finish() } else { try Output.flush() }
            report(skipped: skipped)
        } catch {
            try saveBeforeFailure()
            throw error
        }
    }

    private func begin(_ reader: borrowing DocumentReader) throws {
        guard let table else { return }
        try reader.requireEncodable(table.texts)
        dialect = reader.dialect
        if file?.facts == nil, let header = reader.dialect.header { try write(header) }
    }

    private func add(_ document: Document, _ position: Double) throws {
        specials.add(document.input)
        guard answeredBefore == 0 else { return try pass(document) }
        let position = passed + position
        progress.begin(at: position)
        let size = document.original?.bytes.count ?? 0
        waiting += size
        try answering.add(document.input) { [self] answer in
            waiting -= size
            try receive(answer, to: document, at: position)
        }
        if waiting > Self.mostWaiting { try answering.finish() }
    }

    private func receive(_ answer: Answer, to document: Document, at position: Double) throws {
        try classifier.requireNumbers(answer, folder: model)
        let isWritten = uncertain.map { !document.isBlank && writer.style.certainty(answer.values) < $0 } ?? true
        if let table, let dialect {
            let before = document.original?.before ?? []
            // A byte order mark before the first row is not the row's own.
            if isWritten || counts.done == 0, !before.isEmpty { try write(dialect.encoded(before)) }
            if isWritten { try write(table.row(document, answer, dialect)) }
        } else if isWritten {
            try write(writer.lines(document, answer).utf8)
        }
        counts.done += 1
        if isWritten { written += 1 }
        if answer.truncated > 0 { counts.truncated += 1 }
        if document.isBlank { counts.blank += 1 }
        if let file {
            note(document)
            if file.isWorthSaving { try save(file) }
        }
        if showsProgress { compute.progress(progress.line(counts.done, position: position)) }
    }

    private func end(_ reader: inout DocumentReader) throws {
        passed += reader.position
        guard let dialect, uncertain == nil else { return }
        let rest = reader.takeRemainder()
        guard !rest.isEmpty else { return }
        try answering.finish()
        try write(dialect.encoded(rest))
    }

    private func pause() throws {
        try answering.finish()
        if file == nil { try Output.flush() }
    }

    private func write(_ bytes: some Sequence<UInt8>) throws {
        if let file { file.append(bytes) } else { try Output.write(bytes) }
    }

    /// Adds an answered row to those by which a continued run recognizes its input.
    private func note(_ document: Document) {
        digest.update(document.original?.bytes ?? Array(document.input.joined.utf8))
        digest.update([0])
    }

    private func save(_ file: ResumableFile) throws {
        try file.save([
            "rows": .number(JSON.Number(counts.done)), "written": .number(JSON.Number(written)),
            "truncated": .number(JSON.Number(counts.truncated)), "blank": .number(JSON.Number(counts.blank)),
            "sha256": .string(digest.hexadecimal),
        ])
        Interrupts.advise("; the same command with --resume continues after \(counted(counts.done, "text"))")
    }

    /// Takes note of a row that an interrupted run answered. After the last one, the rows must be those that it read.
    private func pass(_ document: Document) throws {
        note(document)
        answeredBefore -= 1
        guard answeredBefore == 0, let facts = file?.facts else { return }
        guard facts["sha256"]?.string == digest.hexadecimal else { throw otherInput }
        counts = Counts(
            done: facts["rows"]?.int ?? 0, truncated: facts["truncated"]?.int ?? 0, blank: facts["blank"]?.int ?? 0)
        written = facts["written"]?.int ?? 0
        compute.message("continuing after \(counted(counts.done, "text"))")
    }

    private var otherInput: CheckpointError {
        .otherRun(path: (file?.path ?? "") + ".checkpoint", needed: "the same input")
    }

    /// Keeps the answers from before a failure.
    private func saveBeforeFailure() throws {
        guard let file, counts.done > 0 else { return }
        guard (try? save(file)) != nil else { return }
        Messages.clearProgress()
        compute.message("\(file.path): not complete; the same command with --resume continues after \(counted(counts.done, "text"))")
    }

    private func report(skipped: Int) {
        Messages.clearProgress()
        if counts.truncated > 0 {
            compute.message(
                "\(counted(counts.truncated, "text")) truncated to \(classifier.encoder.maxLength) tokens; --max-length raises the limit, up to the model's"
            )
        }
        if counts.blank > 0 { compute.message("\(counted(counts.blank, "text")) without a word, and so without a label") }
        compute.report(specials)
        compute.reportSkipped(skipped)
        if let uncertain { compute.message("\(written) of \(counted(counts.done, "answer")) less probable than \(uncertain)") }
        if let file { compute.message("\(file.path): saved") }
    }
}
