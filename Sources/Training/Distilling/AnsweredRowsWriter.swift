import TenorClassifying
import TenorFiles
import TenorLayers
import TenorModeling
import TenorReading

/// Asks the teachers about texts and writes what they give, with the student's token ids, as ``AnsweredRows``. Texts go in one at a time, and
/// memory holds a few hundred of them.
///
/// What an interrupted run wrote is not computed again: as many texts are passed over, and must be the same ones.
final class AnsweredRowsWriter {
    private let teachers: [Teacher]
    private let student: Student
    private let form: AnsweredRows.Form
    private let threads: Int
    private let file: ResumableFile
    private let report: (DistillingEvent) throws -> Void
    private(set) var texts = DistilledTexts()
    /// Of all texts; see ``TrainedRows``.
    private(set) var trained: [UInt64] = []
    private var digest = SHA256()
    /// The texts that wait, with their labels and their size in bytes.
    private var waiting: [(text: InputText, labels: [Int]?)] = []
    private var size = 0
    /// The number of rows that an interrupted run wrote, and whether these are all.
    private let rowsBefore: Int
    private let wasComplete: Bool

    /// Texts that are computed together: enough for several micro-batches for each thread.
    private static let (mostRows, mostBytes) = (512, 1 << 18)

    init(
        _ teachers: [Teacher], _ student: Student, _ form: AnsweredRows.Form, threads: Int, to file: ResumableFile,
        report: @escaping (DistillingEvent) throws -> Void
    ) {
        (self.teachers, self.student, self.form, self.threads) = (teachers, student, form, threads)
        (self.file, self.report) = (file, report)
        rowsBefore = file.facts?["rows"]?.int ?? 0
        wasComplete = file.facts?["complete"]?.bool ?? false
        texts.truncated = file.facts?["truncated"]?.int ?? 0
    }

    /// - Parameter labels: nil for a text without labels.
    /// - Returns: whether the text is new, and not one that an interrupted run wrote.
    func add(_ text: InputText, labels: [Int]?) throws -> Bool {
        guard !text.isBlank else {
            texts.blank += 1
            return texts.rows >= rowsBefore
        }
        digest.update(Array(text.joined.utf8))
        digest.update(Array("\0\(labels?.description ?? "")\0".utf8))
        trained.append(TrainedRows.digest(of: text))
        texts.rows += 1
        if labels != nil { texts.labelled += 1 }
        guard texts.rows > rowsBefore else {
            if texts.rows == rowsBefore { try requireSameTexts() }
            return false
        }
        if wasComplete { throw otherTexts }
        waiting.append((text, labels))
        size += text.size
        if waiting.count == Self.mostRows || size >= Self.mostBytes { try answer() }
        return true
    }

    /// Answers what waits and saves all, so that it can be mapped.
    func finish() throws {
        guard texts.rows >= rowsBefore else { throw otherTexts }
        try answer()
        texts.digest = digest.hexadecimal
        guard texts.rows > 0 else { throw NoTexts() }
        if !wasComplete { try save(isComplete: true) }
    }

    private func answer() throws {
        guard !waiting.isEmpty else { return }
        let all = waiting.map(\.text)
        let encoded = student.encoder.rows(all, threads: threads)
        texts.truncated += encoded.count { $0.truncated > 0 }
        let answers = try teachers.flatMap { try $0.answers(all, threads: threads) }
        for (row, (_, labels)) in waiting.enumerated() {
            let targets = answers.map { $0.view[row..<row + 1] }
            file.append(AnsweredRows.bytes(encoded[row].row, labels: labels, targets: targets, form))
        }
        (waiting, size) = ([], 0)
        if file.isWorthSaving { try save(isComplete: false) }
        try report(.answered(rows: texts.rows))
    }

    private func save(isComplete: Bool) throws {
        try file.save([
            "rows": JSON(texts.rows), "truncated": JSON(texts.truncated), "sha256": .string(digest.hexadecimal),
            "complete": .bool(isComplete),
        ])
        try report(.saved(rows: texts.rows))
    }

    private func requireSameTexts() throws {
        if digest.hexadecimal != file.facts?["sha256"]?.string { throw otherTexts }
    }

    private var otherTexts: CheckpointError {
        .otherRun(path: file.unfinished, needed: "the same texts")
    }
}
