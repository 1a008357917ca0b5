import TenorFiles

/// The labels of a corpus while its rows are read.
struct RowClasses {
    private let known: KnownLabels?
    private(set) var labels: [String]
    /// The label index of each row.
    private(set) var indices: [Int] = []
    private var places: [ByteString: Int] = [:]
    /// The rows whose label is a number that stands for a placeholder, and the first such label.
    private var numbers: (rows: Int, example: String)?

    init(known: [String]?) {
        self.known = known.map { KnownLabels($0) }
        labels = known ?? []
    }

    mutating func add(_ label: String) throws(RecordFault) {
        if label.isEmpty { throw .emptyLabel }
        guard let known else {
            let index = places[ByteString(label)] ?? labels.count
            if index == labels.count {
                places[ByteString(label)] = index
                labels.append(label)
            }
            return indices.append(index)
        }
        guard let index = known.index(of: label) else { throw .unknownLabel(label, known: known.labels) }
        if known.isNumber(label) { numbers = ((numbers?.rows ?? 0) + 1, numbers?.example ?? label) }
        indices.append(index)
    }

    /// Puts the labels in the order that a new head uses.
    mutating func sort() {
        let order = sortedOrder(of: labels)
        var rank = [Int](repeating: 0, count: labels.count)
        for (place, index) in order.enumerated() { rank[index] = place }
        labels = order.map { labels[$0] }
        indices = indices.map { rank[$0] }
    }

    var counts: [Int] {
        var counts = [Int](repeating: 0, count: labels.count)
        for index in indices { counts[index] += 1 }
        return counts
    }

    /// The warnings about the labels. Known ones are not checked again.
    var warnings: [CorpusWarning] {
        let numbers = numbers.map { [CorpusWarning.numbersForPlaceholders(rows: $0.rows, example: $0.example)] } ?? []
        return numbers + (known == nil ? LabelSetCheck(labels, counts: counts).warnings.map { .labels($0) } : [])
    }
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
