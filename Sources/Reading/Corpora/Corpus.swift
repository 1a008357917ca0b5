import TenorFiles

/// All labelled rows of one file or folder, in file order.
package struct Corpus: Sendable {
    package let source: String
    /// In a folder they are numbered through all files.
    package let rows: [Document]
    /// Sorted by UTF-8 bytes, or numerically if all are integers. If known labels were passed in: those, in the given order. Of numbers: the
    /// names of their columns.
    package let labels: [String]
    /// What is right for each row.
    package let answers: RightAnswers
    /// Why the rows were not taken for rows with one label each, if nobody said so.
    package let reason: AnswerReason?
    /// SHA-256 of the file's bytes, in hexadecimal digits. Of a folder: of the names and digests of its files.
    package let digest: String
    /// How many bad records were skipped.
    package var skipped: Int { account.leftOut[.invalid] ?? 0 }
    /// What became of all records.
    package let account: RecordAccount
    /// Whether the source is an export or a folder, whose records are not rows by themselves.
    package let isExport: Bool
    package let warnings: [CorpusWarning]
}

/// Reads all labelled rows of `source`, a file or a folder, into memory.
///
/// - Parameters:
///   - known: The labels of a model. If nil: those that occur in the file, of which there must be at least `leastLabels`.
///   - leastLabels: 1 where the rows add to a model that has others.
///   - reportBadRow: Called for each record that `skipsBadRows` skips.
///   - warn: Called for what is unexpected about the source.
/// - Throws: what ``DocumentReader`` and ``SourceFiles`` throw; also if a row has not one label, or an empty or unknown one, if there are no rows,
///   or if there are too few labels.
package func readCorpus(
    _ source: String, _ format: InputFormat = InputFormat(), labels known: [String]? = nil, leastLabels: Int = 2,
    reportBadRow: @escaping @Sendable (CorpusError) -> Void = { _ in }, warn: @escaping @Sendable (InputWarning) -> Void = { _ in }
) throws(CorpusError) -> Corpus {
    var reader = try LabelledReader(source, format, labels: known, reportBadRow: reportBadRow, warn: warn)
    var rows: [Document] = []
    while let row = try reader.next() { rows.append(row) }
    let outcome = reader.outcome
    if !outcome.unlabelled.isEmpty {
        let places = Set(outcome.unlabelled)
        rows = rows.indices.filter { !places.contains($0) }.map { rows[$0] }
        reader.withdraw(places.count)
    }
    try reader.requireRows()
    if known == nil, case .labels = outcome.answers, outcome.labels.count < leastLabels {
        throw .oneLabel(source: source, rows: rows.count, label: outcome.labels[0])
    }
    return Corpus(
        source: source, rows: rows, labels: outcome.labels, answers: outcome.answers, reason: outcome.reason, digest: reader.digest,
        account: reader.account, isExport: reader.isExport, warnings: reader.warnings)
}

extension Corpus {
    /// The number of rows with each label; empty for numbers.
    package var classCounts: [Int] {
        var counts = [Int](repeating: 0, count: labels.count)
        switch answers {
        case .labels(let labels): for label in labels { counts[label] += 1 }
        case .sets(let sets): for label in sets.joined() { counts[label] += 1 }
        case .numbers: return []
        }
        return counts
    }

    /// Rejects labels that look like amounts, ids or running text.
    package func requireLikelyLabels() throws(CorpusError) {
        if case .labels = answers, let fault = LabelSetCheck(labels, counts: classCounts).fault {
            throw .unlikelyLabels(source: source, fault)
        }
    }
}
