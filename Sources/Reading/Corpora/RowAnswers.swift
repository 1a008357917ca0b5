import TenorFiles

/// The right answers of a corpus while its rows are read.
///
/// Without a known kind, the rows decide. Several label columns hold 0 and 1 for each label, or else numbers. Rows with other than one label
/// have any number of them. One column whose values are numbers, some of them with a fraction, holds numbers. Anything else is a label.
struct RowAnswers {
    private let kind: AnswerKind?
    private let separator: String?
    private let known: KnownLabels?
    /// The names of the label columns, once there are several or they hold numbers.
    private var columns: [String] = []
    private var names: [String]
    private var places: [ByteString: Int] = [:]
    /// The indices of each row's labels.
    private var sets: [[Int]] = []
    /// Each row's numbers.
    private var numbers: [[Double]] = []
    /// The rows whose label is a number that stands for a placeholder, and the first such label.
    private var placeholders: (rows: Int, example: String)?

    init(_ format: InputFormat, known: [String]?) {
        (kind, separator) = (format.answers, format.labelSeparator)
        self.known = known.map { KnownLabels($0) }
        names = known ?? []
    }

    /// Whether a record that was answered without a label is a row.
    var takesNoLabels: Bool { kind == .multi || kind == nil && known == nil }

    /// Adds a row with what its label columns hold, or with a list of labels.
    ///
    /// - Parameter columns: the names of the label columns.
    mutating func add(_ values: [String], columns: [String]) throws(RecordFault) {
        if columns.count > 1 || kind == .regression { return try addCells(values, columns) }
        var labels = values
        if kind != .single, let separator, values.count == 1 {
            labels = values[0].split(separator: separator).map { trimmed(String($0)) }.filter { !$0.isEmpty }
        } else if kind == .multi, values == [""] {
            labels = []
        }
        if kind == .single || kind == nil && known != nil, labels.count != 1 { throw .severalLabels(labels) }
        if self.columns.isEmpty { self.columns = columns }
        var set: [Int] = []
        for label in labels {
            let index = try index(of: label)
            if set.contains(index) { throw .repeatedLabel(label) }
            set.append(index)
        }
        sets.append(set.sorted())
    }

    private mutating func index(of label: String) throws(RecordFault) -> Int {
        if label.isEmpty { throw .emptyLabel }
        guard let known else {
            let index = places[ByteString(label)] ?? names.count
            if index == names.count {
                places[ByteString(label)] = index
                names.append(label)
            }
            return index
        }
        guard let index = known.index(of: label) else { throw .unknownLabel(label, known: known.labels) }
        if known.isNumber(label) { placeholders = ((placeholders?.rows ?? 0) + 1, placeholders?.example ?? label) }
        return index
    }

    private mutating func addCells(_ values: [String], _ columns: [String]) throws(RecordFault) {
        guard values.count == columns.count else { throw .severalLabels(values) }
        self.columns = columns
        var row: [Double] = []
        for (value, column) in zip(values, columns) {
            guard let number = Self.number(value) else { throw .notANumber(column: column, value) }
            if kind == .multi, number != 0, number != 1 { throw .neitherZeroNorOne(column: column, value) }
            row.append(number)
        }
        numbers.append(try inKnownOrder(row))
    }

    /// The numbers in the order of the known labels: by the columns' names, or as they are if none is known and their number is right.
    private func inKnownOrder(_ row: [Double]) throws(RecordFault) -> [Double] {
        guard let known else { return row }
        let places = columns.map { known.index(of: $0) }
        if places.allSatisfy({ $0 == nil }), columns.count == known.labels.count, kind == .regression { return row }
        var ordered = [Double](repeating: 0, count: known.labels.count)
        for (column, (place, number)) in zip(columns, zip(places, row)) {
            guard let place else { throw .unknownLabel(column, known: known.labels) }
            ordered[place] = number
        }
        guard kind == .multi || Set(places).count == known.labels.count else {
            throw .missingKey(known.labels.first { !columns.contains($0) } ?? "")
        }
        return ordered
    }

    /// A finite number; true and false are 1 and 0.
    private static func number(_ text: String) -> Double? {
        let text = trimmed(text)
        switch text.lowercased() {
        case "true": return 1
        case "false": return 0
        default: return Double(text).flatMap { $0.isFinite ? $0 : nil }
        }
    }

    /// What is right for the row that was added last, as a list of one.
    var last: RightAnswers {
        if let row = numbers.last { return kind == .multi ? .sets([row.indices.filter { row[$0] == 1 }]) : .numbers([row]) }
        let set = sets.last ?? []
        return kind == .multi ? .sets([set]) : .labels(set)
    }

    /// A number that is the same for rows with the same answer.
    var lastClass: Int { numbers.last?.hashValue ?? sets.last.hashValue }

    // MARK: - When all rows are read

    /// What the rows hold, with the names of the labels or of the numbers. Labels that were not known are in the order that a new head uses.
    struct Outcome {
        let answers: RightAnswers
        let labels: [String]
        /// The places of rows that are left out, because they have no label where each has one.
        var unlabelled: [Int] = []
        /// Why the kind was chosen, if the rows decided for something else than one label each.
        var reason: AnswerReason?
        let warnings: [CorpusWarning]
    }

    var outcome: Outcome {
        if !numbers.isEmpty { return ofNumbers }
        let isSingle = kind == .single || kind == nil && sets.allSatisfy { $0.count <= 1 } && separator == nil
        if isSingle, kind == nil, known == nil, let values = Self.fractions(names) {
            let rows = sets.filter { !$0.isEmpty }.map { [values[$0[0]]] }
            return Outcome(
                answers: .numbers(rows), labels: [columns.first ?? "label"], unlabelled: sets.indices.filter { sets[$0].isEmpty },
                reason: .fractions(column: columns.first ?? "label", values: values.count), warnings: [])
        }
        let (labels, rank) = sorted(names)
        let ranked = sets.map { $0.map { rank[$0] }.sorted() }
        guard isSingle else {
            let other = ranked.count { $0.count != 1 }
            let reason = kind == nil && separator == nil ? AnswerReason.lists(rows: other, of: ranked.count) : nil
            return Outcome(answers: .sets(ranked), labels: labels, reason: reason, warnings: warnings(labels, ranked))
        }
        let unlabelled = ranked.indices.filter { ranked[$0].isEmpty }
        return Outcome(
            answers: .labels(ranked.compactMap(\.first)), labels: labels, unlabelled: unlabelled, warnings: warnings(labels, ranked))
    }

    private var ofNumbers: Outcome {
        let labels = known?.labels ?? columns
        let areFlags = numbers.allSatisfy { $0.allSatisfy { $0 == 0 || $0 == 1 } }
        guard kind == .multi || kind == nil && areFlags else {
            let reason = kind == nil ? AnswerReason.columns(columns) : nil
            return Outcome(answers: .numbers(numbers), labels: labels, reason: reason, warnings: [])
        }
        let sets = numbers.map { row in row.indices.filter { row[$0] == 1 } }
        return Outcome(
            answers: .sets(sets), labels: labels, reason: kind == nil ? .flags(columns) : nil, warnings: warnings(labels, sets))
    }

    /// The labels in the order that a new head uses, and the rank of each; known ones stay as they are.
    private func sorted(_ names: [String]) -> (labels: [String], rank: [Int]) {
        guard known == nil else { return (names, Array(names.indices)) }
        let order = sortedOrder(of: names)
        var rank = [Int](repeating: 0, count: names.count)
        for (place, index) in order.enumerated() { rank[index] = place }
        return (order.map { names[$0] }, rank)
    }

    /// The labels as numbers, if all of them are, some have a fraction, and there are too many for the names of classes.
    private static func fractions(_ names: [String]) -> [Double]? {
        let numbers = names.compactMap { Double($0) }.filter(\.isFinite)
        guard names.count > 2, numbers.count == names.count, numbers.contains(where: { $0 != $0.rounded() }) else { return nil }
        return numbers
    }

    /// The warnings about the labels. Known ones are not checked again.
    private func warnings(_ labels: [String], _ sets: [[Int]]) -> [CorpusWarning] {
        let numbers = placeholders.map { [CorpusWarning.numbersForPlaceholders(rows: $0.rows, example: $0.example)] } ?? []
        guard known == nil else { return numbers }
        var counts = [Int](repeating: 0, count: labels.count)
        for label in sets.joined() { counts[label] += 1 }
        return numbers + LabelSetCheck(labels, counts: counts).warnings.map { .labels($0) }
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
