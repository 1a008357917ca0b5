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
    private let reportBadRow: @Sendable (CorpusError) -> Void
    private let warn: @Sendable (InputWarning) -> Void
    private var columns: Columns
    private var header: Header
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
        try self.init(source, format, wantsLabels: wantsLabels, chunk: chunk, digests: false, reportBadRow: reportBadRow, warn: warn)
    }

    /// `digests`: whether to compute the digest of the file's bytes while reading.
    init(
        _ source: String, _ format: InputFormat, wantsLabels: Bool, chunk: Int = 1 << 18, digests: Bool,
        reportBadRow: @escaping @Sendable (CorpusError) -> Void, warn: @escaping @Sendable (InputWarning) -> Void
    ) throws(CorpusError) {
        var reader = DocumentReader(
            try OpenedSource(source, format, wantsLabels: wantsLabels, chunk: chunk, digests: digests), format, wantsLabels: wantsLabels,
            reportBadRow: reportBadRow, warn: warn)
        try reader.findColumns()
        self = reader
    }

    private init(
        _ opened: consuming OpenedSource, _ format: InputFormat, wantsLabels: Bool,
        reportBadRow: @escaping @Sendable (CorpusError) -> Void, warn: @escaping @Sendable (InputWarning) -> Void
    ) {
        for kind in opened.warnings { warn(InputWarning(source: opened.source, kind: kind)) }
        layout = opened.layout
        records = opened.records(hasHeader: format.hasHeader, longest: format.longestRecord)
        self.format = format
        self.wantsLabels = wantsLabels
        (self.warn, self.reportBadRow) = (warn, reportBadRow)
        columns = Columns(text: [], label: nil)
        header = Header()
        (holdsRecord, isDone) = (false, false)
        (skipped, blankTexts) = (0, 0)
    }

    /// The next document, nil at the end.
    /// - Throws: what is wrong with the record, unless bad records are skipped; or a read error.
    package mutating func next() throws(CorpusError) -> Document? {
        while true {
            do throws(CorpusError) {
                guard let document = try read() else { return nil }
                if document.isBlank { blankTexts += 1 }
                return document
            } catch {
                try leaveOut(error)
            }
        }
    }

    /// Whether the next line is already buffered, so that reading it cannot block.
    package var holdsLine: Bool { records.holdsLine }

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

    /// An error in the last record read.
    func error(_ fault: RecordFault) -> CorpusError { records.error(fault, at: nil) }

    private mutating func read() throws(CorpusError) -> Document? {
        switch layout {
        case .csv, .tsv:
            if !holdsRecord, try !records.next() { return nil }
            holdsRecord = false
            if header.mayEqual(rowBeginningWith: records.fields[0]) { try checkForHeader() }
            return document(records.text(of: columns.text), label: columns.label.map { records.text(of: $0) })
        case .jsonLines, .jsonArray:
            guard try records.next() else { return nil }
            return try jsonDocument()
        case .lines:
            guard try records.next() else { return nil }
            return document(records.text(of: 0), label: nil)
        case .wholeFile:
            guard !isDone else { return nil }
            isDone = true
            try records.takeRest()
            return Document(text: String(decoding: records.bytes, as: UTF8.self), label: nil, source: records.source, row: 0, line: 1)
        }
    }

    /// A header among the rows comes from joined tables. No row of labels may be one; a text may be.
    private func checkForHeader() throws(CorpusError) {
        guard header.equals(records.fields, in: records.bytes) else { return }
        if wantsLabels { throw error(.repeatedHeader) }
        warn(InputWarning(source: records.source, kind: .repeatedHeader(Place(record: records.record, line: records.line))))
    }

    private func document(_ text: String, label: String?) -> Document {
        Document(text: text, label: label, source: records.source, row: records.record - 1, line: records.line)
    }

    private func jsonDocument() throws(CorpusError) -> Document {
        let textKeys = format.textColumns.isEmpty ? ["text"] : format.textColumns
        let labelKey = wantsLabels ? format.labelColumn ?? "label" : nil
        let keys = textKeys + (labelKey.map { [$0] } ?? [])
        var line = JSONLine(UnsafeBufferPointer(rebasing: records.bytes[..<records.fields[0].end]))
        let values: [JSONLine.Value?]
        do {
            values = try line.members(keys)
        } catch {
            throw records.error(error, at: line.at)
        }
        // The value is stored at a key's first index, even if the key is requested twice.
        func value(_ key: String) throws(CorpusError) -> JSONLine.Value {
            guard let index = keys.firstIndex(where: { $0.utf8.elementsEqual(key.utf8) }), let value = values[index] else {
                throw error(.missingKey(key))
            }
            return value
        }
        var texts: [String] = []
        for key in textKeys {
            let value = try value(key)
            guard case .string(let text) = value else { throw error(.wrongValue(key: key, found: value.name, needed: "a string")) }
            texts.append(text)
        }
        guard let labelKey else { return document(texts.joined(separator: " "), label: nil) }
        let label = try value(labelKey)
        switch label {
        case .string(let label), .literal(let label, _): return document(texts.joined(separator: " "), label: label)
        default: throw error(.wrongValue(key: labelKey, found: label.name, needed: "a string, a number, true or false"))
        }
    }

    private mutating func findColumns() throws(CorpusError) {
        guard layout.hasColumns else {
            if wantsLabels, !layout.hasKeys { throw .unlabelled(source: records.source) }
            return
        }
        if format.hasHeader {
            guard try records.next() else { throw .empty(source: records.source) }
            let names = records.fields.map { text(of: $0, in: records.bytes) }
            header = Header(records.fields, in: records.bytes)
            columns = try Columns(format, names: names, count: names.count, wantsLabels: wantsLabels, source: records.source)
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
    }
}
