import TenorFiles

/// All labelled rows of one file, in file order.
package struct Corpus: Sendable {
    package let source: String
    package let rows: [Document]
    /// Sorted by their UTF-8 bytes, by number where all are integers; or the known ones, in the order in which they were handed in.
    package let labels: [String]
    /// For each row the index of its label.
    package let classIndices: [Int]
    /// For each label the number of its rows.
    package let classCounts: [Int]
    /// SHA-256 of the file's bytes, in hexadecimal digits.
    package let digest: String
    /// How many records at fault were left out.
    package let skipped: Int
    package let warnings: [CorpusWarning]
}

/// Reads all labelled rows of `source` into memory.
///
/// - Parameters:
///   - known: The labels that a model has. Absent: those that occur, of which there must be two.
///   - reportBadRow: Told of each record that `skipsBadRows` leaves out.
/// - Throws: what ``DocumentReader`` throws; that a label is empty or not known; that there are no rows, or only one label.
package func readCorpus(
    _ source: String, _ format: InputFormat = InputFormat(), labels known: [String]? = nil,
    reportBadRow: @escaping @Sendable (CorpusError) -> Void = { _ in }
) throws(CorpusError) -> Corpus {
    var reader = try DocumentReader(source, format, wantsLabels: true, digests: true, reportBadRow: reportBadRow)
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

/// Labels in the order that a new head gives them.
package func sortedLabels(_ labels: [String]) -> [String] { sortedOrder(of: labels).map { labels[$0] } }

/// The order of a new head's labels, as indices: by UTF-8 bytes, by number where all are integers.
private func sortedOrder(of labels: [String]) -> [Int] {
    let numbers = labels.compactMap { Int($0) }
    let areNumbers = numbers.count == labels.count
    return labels.indices.sorted { a, b in
        if areNumbers, numbers[a] != numbers[b] { return numbers[a] < numbers[b] }
        return labels[a].utf8.lexicographicallyPrecedes(labels[b].utf8)
    }
}
