import TenorFiles

/// Reads the documents of one source from beginning to end, in constant memory.
///
/// ```swift
/// var reader = try DocumentReader("reviews.csv", InputFormat(), wantsLabels: true)
/// while let document = try reader.next() { … }
/// ```
package struct DocumentReader: ~Copyable, Sendable {
    private var records: RecordReader
    private let format: InputFormat
    private let layout: Layout
    private let wantsLabels: Bool
    /// The label of the whole file; nil if its records have their own.
    private let label: String?
    private let reportBadRow: @Sendable (CorpusError) -> Void
    private let warn: @Sendable (InputWarning) -> Void
    private var columns: Columns
    /// The names of the label columns or keys.
    private(set) var labelNames: [String]
    private var header: Header
    private var rows: JSONRows
    /// How fields are added to rows, of a source whose rows are kept.
    package private(set) var dialect: Dialect
    /// Whether the first record was read to count its fields but not yet returned.
    private var holdsRecord: Bool
    private var isDone: Bool
    /// How many bad records were skipped.
    package private(set) var skipped: Int
    /// How many documents so far were blank.
    package private(set) var blankTexts: Int

    /// Opens `source`, a path or `-` for standard input, and reads the header of a table.
    ///
    /// `reportBadRow` is called for each record that `skipsBadRows` skips, `warn` for what is unexpected about the source. `chunk` is the read
    /// size in bytes.
    /// - Throws: if the source is missing, is a directory, is of a kind that is not read, or is empty; if it lacks the wanted columns, or has
    ///   no labels although they are wanted.
    package init(
        _ source: String, _ format: InputFormat = InputFormat(), wantsLabels: Bool = false, chunk: Int = 1 << 18,
        reportBadRow: @escaping @Sendable (CorpusError) -> Void = { _ in }, warn: @escaping @Sendable (InputWarning) -> Void = { _ in }
    ) throws(CorpusError) {
        try self.init(
            SourceFiles.File(path: source, label: nil), format, wantsLabels: wantsLabels, chunk: chunk, digests: false,
            reportBadRow: reportBadRow, warn: warn)
    }

    /// `digests`: whether to compute the digest of the file's bytes while reading.
    package init(
        _ file: SourceFiles.File, _ format: InputFormat, wantsLabels: Bool, chunk: Int = 1 << 18, digests: Bool = false,
        reportBadRow: @escaping @Sendable (CorpusError) -> Void, warn: @escaping @Sendable (InputWarning) -> Void
    ) throws(CorpusError) {
        var format = format
        if file.label != nil { format.form = format.linesAreDocuments ? .lines : .text }
        var reader = DocumentReader(
            try OpenedSource(file.path, format, wantsLabels: wantsLabels, chunk: chunk, digests: digests), format, wantsLabels: wantsLabels,
            label: file.label, reportBadRow: reportBadRow, warn: warn)
        try reader.findColumns()
        self = reader
    }

    private init(
        _ opened: consuming OpenedSource, _ format: InputFormat, wantsLabels: Bool, label: String?,
        reportBadRow: @escaping @Sendable (CorpusError) -> Void, warn: @escaping @Sendable (InputWarning) -> Void
    ) {
        for kind in opened.warnings { warn(InputWarning(source: opened.source, kind: kind)) }
        layout = opened.layout
        records = opened.records(format)
        self.format = format
        (self.wantsLabels, self.label) = (wantsLabels, label)
        (self.warn, self.reportBadRow) = (warn, reportBadRow)
        columns = Columns(text: [], labels: [])
        labelNames = format.labelColumns.isEmpty ? ["label"] : format.labelColumns
        header = Header()
        rows = JSONRows(format, wantsLabels: wantsLabels)
        dialect = Dialect()
        (holdsRecord, isDone) = (false, false)
        (skipped, blankTexts) = (0, 0)
    }

    /// The next document, nil at the end. If labels are wanted, records that give none are left out.
    /// - Throws: what is wrong with the record, unless bad records are skipped; or a read error.
    package mutating func next() throws(CorpusError) -> Document? {
        while let record = try nextRecord() {
            if !wantsLabels { return record.document }
            guard case .labels(let labels, _) = Verdict(record.annotations) else { continue }
            var document = record.document
            document.labels = labels
            return document
        }
        return nil
    }

    /// The next record, nil at the end.
    /// - Throws: as ``next()``.
    mutating func nextRecord() throws(CorpusError) -> AnnotatedDocument? {
        while true {
            do throws(CorpusError) {
                guard let record = try read() else { return nil }
                if record.document.isBlank { blankTexts += 1 }
                return record
            } catch {
                try leaveOut(error)
            }
        }
    }

    /// Whether the next line is already buffered, so that reading it cannot block.
    package var holdsLine: Bool { records.holdsLine }

    /// Whether the records read so far are those of an export.
    var isExport: Bool { rows.export != nil || layout == .fastText }

    /// About how many bytes of the file stand before the document that was read last.
    package var position: Double { records.position }

    /// What comes after the last row, once all were read: blank lines, of a source whose rows are kept.
    package mutating func takeRemainder() -> [UInt8] { records.takeRemainder() }

    /// Rejects texts that are to be written in the source's encoding and cannot.
    package func requireEncodable(_ texts: [String]) throws(CorpusError) {
        guard let text = texts.first(where: { records.encoding.bytes(of: Array($0.utf8)) == nil }) else { return }
        throw .notEncodable(source: records.source, text: text, records.encoding.encoding)
    }

    /// The digest of the file's bytes read so far, if requested.
    var digest: String? { records.digest?.hexadecimal }

    /// Skips the record that `error` is about, or rethrows the error.
    mutating func leaveOut(_ error: CorpusError) throws(CorpusError) {
        guard format.skipsBadRows, layout != .wholeFile, case .badRecord(_, _, let fault) = error, fault.isConfinedToItsRecord else {
            throw error
        }
        skipped += 1
        reportBadRow(error)
    }

    /// An error in a record that was read.
    func error(_ fault: RecordFault, in document: Document) -> CorpusError {
        let record = layout == .wholeFile ? nil : document.row + 1
        return .badRecord(source: document.source, Place(record: record, line: document.line), fault)
    }

    /// An error in the last record read.
    private func error(_ fault: RecordFault) -> CorpusError { records.error(fault, at: nil) }

    private mutating func read() throws(CorpusError) -> AnnotatedDocument? {
        switch layout {
        case .csv, .tsv:
            if !holdsRecord, try !records.next() { return nil }
            holdsRecord = false
            if header.mayEqual(rowBeginningWith: records.fields[0]) { try checkForHeader() }
            let labels = wantsLabels ? Annotation.labels(columns.labels.map { records.text(of: $0) }) : nil
            var row = annotated(records.text(of: columns.text), labels, group: columns.group.map { records.text(of: $0) })
            row.document.slice = columns.slice.map { records.text(of: $0) }
            row.document.second = columns.pair.map { records.text(of: $0) }
            return row
        case .jsonLines, .jsonArray:
            guard try records.next() else { return nil }
            return try jsonRecord()
        case .lines:
            guard try records.next() else { return nil }
            return annotated(records.text(of: 0), label.map { .labels([$0]) })
        case .fastText:
            guard try records.next() else { return nil }
            let field = records.fields[0]
            let line = FastTextLine(UnsafeBufferPointer(rebasing: records.bytes[field.start..<field.end]))
            return annotated(line.text, wantsLabels ? .labels(line.labels) : nil)
        case .wholeFile:
            guard !isDone else { return nil }
            isDone = true
            try records.takeRest()
            let text = String(decoding: records.bytes, as: UTF8.self)
            let document = Document(text: text, labels: nil, source: records.source, row: 0, line: 1)
            return AnnotatedDocument(document, label.map { [.labels([$0])] } ?? [])
        }
    }

    /// A header among the rows comes from joined tables. No row of labels may be one; a text may be.
    private func checkForHeader() throws(CorpusError) {
        guard header.equals(records.fields, in: records.bytes) else { return }
        if wantsLabels { throw error(.repeatedHeader) }
        warn(InputWarning(source: records.source, kind: .repeatedHeader(Place(record: records.record, line: records.line))))
    }

    private mutating func annotated(_ text: String, _ annotation: Annotation?, group: String? = nil) -> AnnotatedDocument {
        AnnotatedDocument(document(text, group: group), annotation.map { [$0] } ?? [])
    }

    private mutating func document(_ text: String, group: String? = nil, slice: String? = nil) -> Document {
        var document = Document(
            text: text, labels: nil, source: records.source, row: records.record - 1, line: records.line, group: group,
            original: format.addedColumns == nil ? nil : records.takeOriginal())
        document.slice = slice
        return document
    }

    private mutating func jsonRecord() throws(CorpusError) -> AnnotatedDocument {
        let bytes = UnsafeBufferPointer(rebasing: records.bytes[..<records.fields[0].end])
        let before = rows.export
        do throws(JSONRows.Fault) {
            let row = try rows.row(in: bytes)
            if before == nil, let export = rows.export, format.form == .auto {
                warn(InputWarning(source: records.source, kind: .export(export)))
            }
            var document = document(row.text, group: row.group, slice: row.slice)
            document.second = row.second
            return AnnotatedDocument(document, row.annotations, item: row.item)
        } catch {
            throw records.error(error.fault, at: error.at)
        }
    }

    private mutating func findColumns() throws(CorpusError) {
        guard layout.hasColumns else {
            if wantsLabels, !layout.hasLabels, label == nil { throw .unlabelled(source: records.source) }
            if format.pairColumn != nil, !layout.hasKeys { throw .noPairs(source: records.source) }
            if format.addedColumns != nil, layout != .jsonLines { throw .notRows(source: records.source, isArray: layout == .jsonArray) }
            dialect = Dialect(added: format.addedColumns ?? [], encoding: records.encoding)
            return
        }
        if format.hasHeader {
            guard try records.next() else { throw .empty(source: records.source) }
            let names = records.fields.map { text(of: $0, in: records.bytes) }
            header = Header(records.fields, in: records.bytes)
            columns = try Columns(format, names: names, count: names.count, wantsLabels: wantsLabels, source: records.source)
            labelNames = columns.labels.map { names[$0] }
            if let taken = format.addedColumns?.first(where: { !TenorReading.columns(named: $0, in: names).isEmpty }) {
                throw .takenColumn(source: records.source, name: taken)
            }
        } else {
            while !holdsRecord {
                do throws(CorpusError) {
                    guard try records.next() else { return }
                    holdsRecord = true
                } catch {
                    try leaveOut(error)
                }
            }
            columns = try Columns(format, names: nil, count: records.fields.count, wantsLabels: wantsLabels, source: records.source)
        }
        records.neededFields = records.fields.count
        guard let added = format.addedColumns else { return }
        dialect = Dialect(
            added: added, delimiter: layout.delimiter, quotesTexts: records.isQuoted, encoding: records.encoding,
            ending: layout == .tsv ? ".tsv" : ".csv", headerRow: format.hasHeader ? records.takeOriginal() : nil)
    }
}
