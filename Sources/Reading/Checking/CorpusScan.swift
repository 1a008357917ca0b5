import TenorFiles
import TenorThreads

/// What one pass over the rows of a labelled source tells about them. It keeps a few numbers per row, and no text.
package struct CorpusScan: Sendable {
    package let source: String
    private let format: InputFormat
    /// In the order that a new head uses.
    package let labels: [String]
    /// What the label columns hold.
    package let kind: AnswerKind
    /// Each row's class: its label, or a number that is the same for rows with the same labels or numbers; -1 for a row without a label.
    package let classes: [Int32]
    /// The number of rows with each label; empty for numbers.
    package let counts: [Int]
    package let places: RowPlaces
    /// The number of each row's text in the table; -1 for a blank one.
    package let texts: [Int32]
    /// The number of rows with each length, in Unicode scalars.
    package let lengths: [Int: Int]
    /// The number of each row's tokens; empty without a tokenizer.
    package let tokens: [Int32]
    package let unknownTokens: (tokens: Int, rows: FirstRows)
    package let faults: [TextFaults: FirstRows]
    package let scripts: [Script: FirstRows]
    package let badRows: BadRows
    /// What became of an export's records; nil for other sources.
    package let account: RecordAccount?
    package let warnings: [CorpusWarning]

    package var rows: Int { texts.count }

    /// Reads all rows of `source` and adds their texts to the table. Records that are no rows are counted.
    ///
    /// - Parameters:
    ///   - tokenizer: nil to count no tokens.
    ///   - report: called with the number of rows so far.
    /// - Throws: what ``LabelledReader`` throws; if there are no rows, what is wrong with the first record.
    init(
        _ source: String, _ format: InputFormat, into table: inout TextTable, _ tokenizer: (any Tokenizer)?, threads: Int,
        warn: @escaping @Sendable (InputWarning) -> Void, report: (Int) -> Void
    ) throws(CorpusError) {
        var format = format
        format.skipsBadRows = true
        let bad = Lock(BadRows())
        var reader = try LabelledReader(source, format, labels: nil, reportBadRow: { error in bad.withLock { $0.add(error) } }, warn: warn)
        var found = Findings()
        var batch: [Document] = []
        var size = 0
        while let document = try reader.next() {
            batch.append(document)
            size += document.input.size
            guard batch.count == 1024 || size > 1 << 22 else { continue }
            found.add(batch, &table, tokenizer, threads: threads)
            report(found.texts.count)
            batch.removeAll(keepingCapacity: true)
            size = 0
        }
        found.add(batch, &table, tokenizer, threads: threads)
        let outcome = reader.outcome
        if found.texts.count == outcome.unlabelled.count { reader.withdraw(outcome.unlabelled.count) }
        if found.texts.isEmpty, let error = bad.withLock({ $0.firstError }) { throw error }
        try reader.requireRows()
        (self.source, self.format, labels) = (source, format, outcome.labels)
        (places, texts, lengths, tokens) = (found.places, found.texts, found.lengths, found.tokens)
        (unknownTokens, faults, scripts) = (found.unknown, found.faults, found.scripts)
        badRows = bad.withLock { $0 }
        account = reader.isExport ? reader.account : nil
        warnings = reader.warnings
        (kind, counts) = Self.counts(outcome)
        classes = Self.classes(outcome, rows: found.texts.count)
    }

    /// What is found while rows are read.
    private struct Findings {
        var places = RowPlaces()
        var texts: [Int32] = []
        var lengths: [Int: Int] = [:]
        var tokens: [Int32] = []
        var unknown: (tokens: Int, rows: FirstRows) = (0, FirstRows())
        var faults: [TextFaults: FirstRows] = [:]
        var scripts: [Script: FirstRows] = [:]

        mutating func add(_ batch: [Document], _ table: inout TextTable, _ tokenizer: (any Tokenizer)?, threads: Int) {
            let part = 32
            var facts = [RowFacts?](repeating: nil, count: batch.count)
            facts.withUnsafeMutableBufferPointer { facts in
                nonisolated(unsafe) let facts = facts
                parallel((batch.count + part - 1) / part, threads: threads) { index in
                    for row in index * part..<min((index + 1) * part, batch.count) { facts[row] = RowFacts(batch[row], tokenizer) }
                }
            }
            for (document, facts) in zip(batch, facts) { add(document, facts!, &table) }
        }

        private mutating func add(_ document: Document, _ facts: RowFacts, _ table: inout TextTable) {
            let row = texts.count
            places.add(document)
            texts.append(facts.words.map { Int32(table.add(hash: $0.hash, $0.sketch)) } ?? -1)
            lengths[facts.length, default: 0] += 1
            scripts[facts.script, default: FirstRows()].add(row)
            for fault in TextFaults.all where facts.faults.contains(fault) { faults[fault, default: FirstRows()].add(row) }
            guard let (count, unknown) = facts.tokens else { return }
            tokens.append(Int32(clamping: count))
            self.unknown.tokens += unknown
            if unknown > 0 { self.unknown.rows.add(row) }
        }
    }

    private static func counts(_ outcome: RowAnswers.Outcome) -> (AnswerKind, [Int]) {
        var counts = [Int](repeating: 0, count: outcome.labels.count)
        switch outcome.answers {
        case .labels(let labels):
            for label in labels { counts[label] += 1 }
            return (.single, counts)
        case .sets(let sets):
            for label in sets.joined() { counts[label] += 1 }
            return (.multi, counts)
        case .numbers: return (.regression, [])
        }
    }

    private static func classes(_ outcome: RowAnswers.Outcome, rows: Int) -> [Int32] {
        let labelled: [Int32]
        switch outcome.answers {
        case .labels(let labels): labelled = labels.map { Int32($0) }
        case .sets(let sets): labelled = numbered(sets)
        case .numbers(let numbers): labelled = numbered(numbers)
        }
        guard !outcome.unlabelled.isEmpty else { return labelled }
        var classes = [Int32](repeating: -1, count: rows)
        let unlabelled = Set(outcome.unlabelled)
        for (row, label) in zip((0..<rows).lazy.filter { !unlabelled.contains($0) }, labelled) { classes[row] = label }
        return classes
    }

    private static func numbered<Answer: Hashable>(_ answers: [Answer]) -> [Int32] {
        var numbers: [Answer: Int32] = [:]
        return answers.map { answer in
            let number = numbers[answer] ?? Int32(numbers.count)
            numbers[answer] = number
            return number
        }
    }

    /// The texts of some rows, read again; none if the source can be read only once.
    package func texts(of rows: Set<Int>) throws(CorpusError) -> [Int: InputText] {
        guard let last = rows.max(), Self.isReadTwice(source) else { return [:] }
        var reader = try LabelledReader(source, format, labels: nil)
        var (texts, row) = ([Int: InputText](), 0)
        while row <= last, let document = try reader.next() {
            if rows.contains(row) { texts[row] = document.input }
            row += 1
        }
        return texts
    }

    private static func isReadTwice(_ source: String) -> Bool {
        var status = stat()
        guard source != "-", stat(source, &status) == 0 else { return false }
        return [S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
    }
}
