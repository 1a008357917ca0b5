import TenorFiles

/// All labelled rows of one file, in file order.
package struct Corpus: Sendable {
    package let source: String
    package let rows: [Document]
    /// Sorted by UTF-8 bytes, or numerically if all are integers. If known labels were passed in: those, in the given order.
    package let labels: [String]
    /// The label index of each row.
    package let classIndices: [Int]
    /// The number of rows with each label.
    package let classCounts: [Int]
    /// SHA-256 of the file's bytes, in hexadecimal digits.
    package let digest: String
    /// How many bad records were skipped.
    package let skipped: Int
    package let warnings: [CorpusWarning]
}

/// Reads all labelled rows of `source` into memory.
///
/// - Parameters:
///   - known: The labels of a model. If nil: those that occur in the file, of which there must be at least two.
///   - reportBadRow: Called for each record that `skipsBadRows` skips.
///   - warn: Called for what is unexpected about the source.
/// - Throws: what ``DocumentReader`` throws; also if a label is empty or unknown, if there are no rows, or if there is only one label.
package func readCorpus(
    _ source: String, _ format: InputFormat = InputFormat(), labels known: [String]? = nil,
    reportBadRow: @escaping @Sendable (CorpusError) -> Void = { _ in }, warn: @escaping @Sendable (InputWarning) -> Void = { _ in }
) throws(CorpusError) -> Corpus {
    var reader = try DocumentReader(source, format, wantsLabels: true, digests: true, reportBadRow: reportBadRow, warn: warn)
    var rows: [Document] = []
    var classes = RowClasses(known: known)
    while let row = try reader.next() {
        do throws(RecordFault) {
            try classes.add(row.label ?? "")
            rows.append(row)
        } catch {
            try reader.leaveOut(reader.error(error))
        }
    }
    guard !rows.isEmpty else { throw .noRows(source: source) }
    if known == nil, classes.labels.count == 1 { throw .oneLabel(source: source, rows: rows.count, label: classes.labels[0]) }
    if known == nil { classes.sort() }
    return Corpus(
        source: source, rows: rows, labels: classes.labels, classIndices: classes.indices, classCounts: classes.counts,
        digest: reader.digest ?? "", skipped: reader.skipped,
        warnings: textWarnings(rows, classIndices: classes.indices) + classes.warnings)
}

extension Corpus {
    /// Rejects labels that look like amounts, ids or running text.
    package func requireLikelyLabels() throws(CorpusError) {
        if let fault = LabelSetCheck(labels, counts: classCounts).fault { throw .unlikelyLabels(source: source, fault) }
    }
}
