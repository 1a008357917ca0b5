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
    var indices = Dictionary(uniqueKeysWithValues: (known ?? []).enumerated().map { (ByteString($1), $0) })
    var labels = known ?? []
    var classIndices: [Int] = []
    while let row = try reader.next() {
        let label = row.label ?? ""
        if label.isEmpty {
            try reader.leaveOut(reader.error(.emptyLabel))
            continue
        }
        if let index = indices[ByteString(label)] {
            classIndices.append(index)
        } else if let known {
            try reader.leaveOut(reader.error(.unknownLabel(label, known: known)))
            continue
        } else {
            indices[ByteString(label)] = labels.count
            classIndices.append(labels.count)
            labels.append(label)
        }
        rows.append(row)
    }
    guard !rows.isEmpty else { throw .noRows(source: source) }
    if known == nil {
        if labels.count == 1 { throw .oneLabel(source: source, rows: rows.count, label: labels[0]) }
        let order = sortedOrder(of: labels)
        var rank = [Int](repeating: 0, count: labels.count)
        for (place, index) in order.enumerated() { rank[index] = place }
        labels = order.map { labels[$0] }
        classIndices = classIndices.map { rank[$0] }
    }
    var counts = [Int](repeating: 0, count: labels.count)
    for index in classIndices { counts[index] += 1 }
    return Corpus(
        source: source, rows: rows, labels: labels, classIndices: classIndices, classCounts: counts, digest: reader.digest ?? "",
        skipped: reader.skipped, warnings: corpusWarnings(rows, classIndices: classIndices, labels: labels))
}

/// Sorts labels in the order that a new head uses.
package func sortedLabels(_ labels: [String]) -> [String] { sortedOrder(of: labels).map { labels[$0] } }

/// The order of a new head's labels, as indices: by UTF-8 bytes, or numerically if all are integers.
private func sortedOrder(of labels: [String]) -> [Int] {
    let numbers = labels.compactMap { Int($0) }
    let areNumbers = numbers.count == labels.count
    return labels.indices.sorted { a, b in
        if areNumbers, numbers[a] != numbers[b] { return numbers[a] < numbers[b] }
        return labels[a].utf8.lexicographicallyPrecedes(labels[b].utf8)
    }
}
