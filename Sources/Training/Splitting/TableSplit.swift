import TenorFiles
import TenorReading

/// The rows of a labelled table, divided among parts: train, test and dev.
package struct TableSplit {
    /// What a split depends on, apart from the rows.
    package struct Options: Sendable {
        /// The shares of rows, each at least 0, together below 1. A part without a share is not made.
        package var test = 0.2
        package var dev = 0.0
        package var seed: UInt64 = 1

        package init() {}
    }

    package let source: String
    package let options: Options
    /// In the order that a new head uses.
    package let labels: [String]
    /// The names of the parts, and how many rows of each label they have. A last number counts rows without a label, if there are any.
    package let parts: [(name: String, counts: [Int])]
    /// How many rows stay together with others, because of equal texts or a common group.
    package let rowsTogether: Int
    package let skipped: Int
    private let rows: [[UInt8]]
    private let partOfRow: [Int]
    /// What each part begins with: a byte order mark and the header.
    private let opening: [UInt8]
    private let ending: String

    /// Reads all rows of `source` and divides them.
    ///
    /// - Throws: what ``DocumentReader`` throws; if there are no rows; ``EmptyPart``.
    package init(
        _ source: String, _ format: InputFormat, _ options: Options, reportBadRow: @escaping @Sendable (CorpusError) -> Void,
        warn: @escaping @Sendable (InputWarning) -> Void
    ) throws {
        var format = format
        format.addedColumns = []
        var reader = try DocumentReader(source, format, wantsLabels: true, reportBadRow: reportBadRow, warn: warn)
        var (rows, labelOfRow, together) = ([[UInt8]](), [String](), RowUnits())
        var opening = reader.dialect.header
        while let document = try reader.next() {
            guard let row = document.original else { preconditionFailure("the rows are kept") }
            opening = opening ?? reader.dialect.encoded(row.before)
            rows.append(reader.dialect.encoded(row.bytes))
            labelOfRow.append(document.label ?? "")
            together.add(text: document.text, group: document.group)
        }
        guard !rows.isEmpty else { throw CorpusError.noRows(source: source) }
        labels = sortedLabels(Array(Set(labelOfRow.map { ByteString($0) })).map(\.string).filter { !$0.isEmpty })
        let indices = Dictionary(uniqueKeysWithValues: labels.enumerated().map { (ByteString($1), $0) })
        let classes = labelOfRow.map { indices[ByteString($0)] }
        let shares = [("test", options.test), ("dev", options.dev)].filter { $0.1 > 0 }
        let units = together.units
        let partition = Partition(labels: classes, units: units, shares: shares.map(\.1), seed: options.seed)
        var counts = Array(repeating: Array(repeating: 0, count: labels.count + 1), count: shares.count + 1)
        for (row, part) in partition.parts.enumerated() { counts[part][classes[row] ?? labels.count] += 1 }
        let isLabelled = counts.allSatisfy { $0.last == 0 }
        parts = zip(["train"] + shares.map(\.0), counts).map { ($0, isLabelled ? $1.dropLast() : $1) }
        for part in parts where part.counts.allSatisfy({ $0 == 0 }) { throw EmptyPart(source: source, part: part.name) }
        var sizes = Array(repeating: 0, count: (units.max() ?? 0) + 1)
        for unit in units { sizes[unit] += 1 }
        rowsTogether = sizes.filter { $0 > 1 }.reduce(0, +)
        (self.source, self.options, self.rows, self.opening) = (source, options, rows, opening ?? [])
        (partOfRow, skipped, ending) = (partition.parts, reader.skipped, reader.dialect.ending)
    }

    /// Writes a file for each part, with its rows as they are and in their order, and split.json, which says how they were divided.
    package func write(to folder: String, replacing: Bool) throws {
        try ReplacingFolder.write(to: folder, replacing: replacing ? .split : nil) { folder in
            for (index, part) in parts.enumerated() {
                try ReplacingFile.write(to: "\(folder)/\(part.name)\(ending)") { file in
                    var buffer = opening
                    for (row, bytes) in rows.enumerated() where partOfRow[row] == index {
                        buffer += bytes
                        guard buffer.count > 1 << 20 else { continue }
                        try buffer.withUnsafeBytes { try file.write($0) }
                        buffer.removeAll(keepingCapacity: true)
                    }
                    try buffer.withUnsafeBytes { try file.write($0) }
                }
            }
            try writeText(record.serialized(.readable) + "\n", to: "\(folder)/\(OwnFolder.split.file)")
        }
    }

    private var record: JSON {
        var digest = SHA256()
        digest.update(opening)
        for row in rows { digest.update(row) }
        var counts = JSON.Object()
        for part in parts { counts[part.name] = .number(JSON.Number(part.counts.reduce(0, +))) }
        return [
            "format_version": 1, "source": .string(lastComponent(of: source)), "sha256_of_rows": .string(digest.hexadecimal),
            "seed": .string(String(options.seed)), "test": .number(JSON.Number(options.test)),
            "dev": .number(JSON.Number(options.dev)),
            "rows": .object(counts),
        ]
    }
}
