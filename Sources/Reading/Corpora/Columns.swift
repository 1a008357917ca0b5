/// The offsets of the wanted fields in a row.
struct Columns: Sendable {
    var text: [Int]
    var label: Int?
}

extension Columns {
    /// Finds the columns that `format` asks for among `names`, or among `count` unnamed columns.
    /// - Throws: if a wanted column is missing or its name is not unique.
    init(_ format: InputFormat, names: [String]?, count: Int, wantsLabels: Bool, source: String) throws(CorpusError) {
        let wantedTexts = format.textColumns.isEmpty ? [names == nil ? "1" : "text"] : format.textColumns
        self.init(text: [], label: nil)
        for wanted in wantedTexts { text.append(try column(wanted, names, count, source)) }
        if wantsLabels { label = try column(format.labelColumn ?? (names == nil ? "2" : "label"), names, count, source) }
    }
}

/// The column named `wanted`, otherwise the column with that 1-based number. Names are compared byte for byte.
private func column(_ wanted: String, _ names: [String]?, _ count: Int, _ source: String) throws(CorpusError) -> Int {
    let named = (names ?? []).indices.filter { names?[$0].utf8.elementsEqual(wanted.utf8) == true }
    if named.count > 1 { throw .repeatedColumn(source: source, name: wanted, numbers: named.map { $0 + 1 }) }
    if let only = named.first { return only }
    guard let number = Int(wanted), (1...max(count, 1)).contains(number) else {
        throw .noSuchColumn(source: source, wanted: wanted, names: names, count: count)
    }
    return number - 1
}
