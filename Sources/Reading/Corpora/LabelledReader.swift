import TenorFiles

/// Reads the labelled rows of one source, a file or a folder, from beginning to end. It keeps no texts, only a few numbers per row.
package struct LabelledReader: ~Copyable, Sendable {
    package let source: String
    private let place: SourceFiles
    private let format: InputFormat
    private let reportBadRow: @Sendable (CorpusError) -> Void
    private let warn: @Sendable (InputWarning) -> Void
    private var reader: DocumentReader
    /// The place in ``SourceFiles/files`` of the file that is read next.
    private var nextFile = 1
    /// The texts of a file that has a record per annotation, and how many of them were taken.
    private var items = AnnotatedItems()
    private var takenItems = 0
    private var digests: [String] = []
    private var answers: RowAnswers
    private var checks = TextChecks()
    /// What became of the records so far.
    package private(set) var account = RecordAccount()
    /// Whether a file so far is an export.
    private var hasExport = false
    /// The texts whose annotators disagree: how many, the 1-based record of the first, and how many the most votes decide.
    private var disagreements: (texts: Int, first: Int, decided: Int) = (0, 0, 0)
    /// The number of records in the files before, so that all rows of a source have different numbers.
    private var recordsBefore = 0

    /// - Parameters:
    ///   - known: The labels of a model; nil if the rows decide.
    ///   - reportBadRow: Called for each record that `skipsBadRows` skips.
    ///   - warn: Called for what is unexpected about the source.
    /// - Throws: what ``DocumentReader`` and ``SourceFiles`` throw.
    package init(
        _ source: String, _ format: InputFormat, labels known: [String]?,
        reportBadRow: @escaping @Sendable (CorpusError) -> Void = { _ in },
        warn: @escaping @Sendable (InputWarning) -> Void = { _ in }
    ) throws(CorpusError) {
        let place = try SourceFiles(source, splits: format.splits, wantsLabels: true)
        if let warning = place.warning { warn(warning) }
        let first = try DocumentReader(
            place.files[0], format, wantsLabels: true, digests: true, reportBadRow: reportBadRow, warn: warn)
        self.init(source, place, format, RowAnswers(format, known: known), first, reportBadRow, warn)
    }

    private init(
        _ source: String, _ place: SourceFiles, _ format: InputFormat, _ answers: RowAnswers, _ first: consuming DocumentReader,
        _ reportBadRow: @escaping @Sendable (CorpusError) -> Void, _ warn: @escaping @Sendable (InputWarning) -> Void
    ) {
        (self.source, self.place, self.format, self.answers) = (source, place, format, answers)
        (self.reportBadRow, self.warn) = (reportBadRow, warn)
        reader = first
    }

    /// The next row; nil at the end. Records that give no row are left out, and counted.
    /// - Throws: also if a row has labels that its kind of answer does not allow.
    package mutating func next() throws(CorpusError) -> Document? {
        while let record = try nextRecord() {
            if let row = try settled(record) { return row }
        }
        return nil
    }

    /// What is right for the row that was read last, as a list of one; of labels only where the kind of answers is known.
    package var lastAnswer: RightAnswers { answers.last }

    /// The next record, of a file that has one per annotation the next text with all its annotations; nil at the end.
    private mutating func nextRecord() throws(CorpusError) -> AnnotatedDocument? {
        while true {
            while let record = try reader.nextRecord() {
                guard let item = record.item else { return record }
                if !items.add(record, item: item) { account.leaveOut(.repeated) }
            }
            if takenItems < items.texts.count {
                takenItems += 1
                return items.texts[takenItems - 1]
            }
            guard try beginNextFile() else { return nil }
        }
    }

    /// Returns whether there is another file.
    private mutating func beginNextFile() throws(CorpusError) -> Bool {
        guard digests.count < nextFile else { return false }
        account.leaveOut(.invalid, reader.skipped)
        digests.append(reader.digest ?? "")
        hasExport = hasExport || reader.isExport
        guard nextFile < place.files.count else { return false }
        (items, takenItems) = (AnnotatedItems(), 0)
        recordsBefore = account.records
        reader = try DocumentReader(
            place.files[nextFile], format, wantsLabels: true, digests: true, reportBadRow: reportBadRow, warn: warn)
        nextFile += 1
        return true
    }

    /// The row that a record is; nil if it is left out.
    private mutating func settled(_ record: AnnotatedDocument) throws(CorpusError) -> Document? {
        var row = record.document
        row.row += recordsBefore
        let isEmpty = record.annotations == [.labels([])] && answers.takesNoLabels
        let verdict = isEmpty ? .labels([], isUnanimous: true) : Verdict(record.annotations)
        defer { note(verdict, record: row.row + 1) }
        guard case .labels(let labels, _) = verdict else {
            if case .leftOut(let reason) = verdict { account.leaveOut(reason) }
            return nil
        }
        do throws(RecordFault) {
            try answers.add(labels, columns: reader.labelNames)
        } catch {
            try reader.leaveOut(reader.error(error, in: record.document))
            return nil
        }
        row.labels = labels
        account.use()
        checks.add(row, classIndex: answers.lastClass)
        return row
    }

    private mutating func note(_ verdict: Verdict, record: Int) {
        let isDecided: Bool
        switch verdict {
        case .leftOut(.undecided): isDecided = false
        case .labels(_, isUnanimous: false): isDecided = true
        case .leftOut, .labels: return
        }
        if disagreements.texts == 0 { disagreements.first = record }
        disagreements.texts += 1
        if isDecided { disagreements.decided += 1 }
    }

    // MARK: - When all rows are read

    /// What the rows hold.
    var outcome: RowAnswers.Outcome { answers.outcome }

    mutating func withdraw(_ count: Int) { account.withdraw(.unlabelled, count) }

    /// Throws if there was no row.
    package func requireRows() throws(CorpusError) {
        guard account.used == 0 else { return }
        let isEmpty = account.leftOut.keys.allSatisfy { $0 == .invalid }
        throw isEmpty ? .noRows(source: source) : .allLeftOut(source: source, account)
    }

    /// How many bad records were skipped.
    package var skipped: Int { account.leftOut[.invalid] ?? 0 }

    /// Whether the source is an export or a folder, whose records are not rows by themselves.
    package var isExport: Bool { hasExport || place.warning != nil }

    /// SHA-256 of the file's bytes, in hexadecimal digits. Of a folder: of the names and digests of its files.
    var digest: String { place.digest(of: digests) }

    /// The warnings about the rows.
    package var warnings: [CorpusWarning] {
        let (texts, first, decided) = disagreements
        return (texts == 0 ? [] : [.disagreements(texts: texts, first: first, decided: decided)]) + checks.warnings
            + answers.outcome.warnings
    }
}
