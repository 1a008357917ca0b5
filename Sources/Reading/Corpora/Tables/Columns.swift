/// The offsets of the wanted fields in a row.
struct Columns: Sendable {
    var text: [Int]
    var pair: Int?
    /// Empty if no labels are wanted.
    var labels: [Int]
    var group: Int?
    var slice: Int?
}

extension Columns {
    /// Finds the columns that `format` asks for among `names`, or among `count` unnamed columns.
    /// - Throws: if a wanted column is missing or its name is not unique.
    init(_ format: InputFormat, names: [String]?, count: Int, wantsLabels: Bool, source: String) throws(CorpusError) {
        let wantedTexts = format.textColumns.isEmpty ? [names == nil ? "1" : "text"] : format.textColumns
        self.init(text: [], labels: [])
        for wanted in wantedTexts { text.append(try column(wanted, names, count, source)) }
        if let wanted = format.pairColumn { pair = try column(wanted, names, count, source) }
        if let wanted = format.groupColumn { group = try column(wanted, names, count, source) }
        if let wanted = format.sliceColumn { slice = try column(wanted, names, count, source) }
        guard wantsLabels else { return }
        let wantedLabels = format.labelColumns.isEmpty ? [names == nil ? "2" : "label"] : format.labelColumns
        for wanted in wantedLabels { labels.append(try column(wanted, names, count, source)) }
    }
}

/// The column named `wanted`, otherwise the column with that 1-based number.
private func column(_ wanted: String, _ names: [String]?, _ count: Int, _ source: String) throws(CorpusError) -> Int {
    let named = columns(named: wanted, in: names ?? [])
    if named.count == 1 { return named[0] }
    if let names, named.count > 1 { throw .repeatedColumn(source: source, names: named.map { names[$0] }, numbers: named.map { $0 + 1 }) }
    guard let number = Int(wanted), (1...max(count, 1)).contains(number) else {
        throw .noSuchColumn(source: source, wanted: wanted, names: names, count: count)
    }
    return number - 1
}

/// The columns named `wanted`, byte for byte; otherwise those whose names differ only in case and surrounding white space.
func columns(named wanted: String, in names: [String]) -> [Int] {
    let exact = names.indices.filter { names[$0].utf8.elementsEqual(wanted.utf8) }
    if !exact.isEmpty { return exact }
    let simple = simplified(wanted)
    return names.indices.filter { simplified(names[$0]).utf8.elementsEqual(simple.utf8) }
}

private func simplified(_ name: String) -> String { trimmed(name).lowercased() }

/// The name that was probably meant by `wanted`: the nearest in insertions, removals and replacements of characters, if there are few
/// enough; nil if there is none. Case and surrounding white space do not count.
func nearestName(to wanted: String, among names: [String]) -> String? {
    let wanted = Array(simplified(wanted).unicodeScalars.prefix(80))
    let most = max(1, (wanted.count + 1) / 3)
    var nearest: (name: String, distance: Int)?
    for name in names.prefix(1000) {
        let other = Array(simplified(String(name.prefix(80))).unicodeScalars)
        guard abs(other.count - wanted.count) <= most else { continue }
        let distance = editDistance(wanted, other)
        if distance <= most, distance < nearest?.distance ?? .max { nearest = (name, distance) }
    }
    return nearest?.name
}

/// How many insertions, removals and replacements turn `a` into `b`.
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var row = Array(0...b.count)
    for (i, scalar) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for j in b.indices {
            let replaced = diagonal + (scalar == b[j] ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}
