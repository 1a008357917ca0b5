import TenorFiles

/// How the rows of a source are written, for adding columns to them.
///
/// A table's fields are quoted where a reader could misread them. Where every field of its first record is quoted, all added texts are,
/// and added numbers in rows whose own fields all are. In JSON, members are added to each object.
package struct Dialect: Sendable {
    /// The value of an added column.
    package enum Value: Sendable, Equatable {
        case text(String)
        /// A list of texts; in a table they are one field, with semicolons between them.
        case list([String])
        /// As it is to be written, which must be a number in JSON.
        case number(String)
        /// An empty field, or null.
        case none
    }

    /// The names of the added columns.
    package let added: [String]
    /// Nil for JSON objects.
    private let delimiter: UInt8?
    private let quotesTexts: Bool
    private let encoding: OriginalEncoding
    private let headerRow: OriginalRow?

    init(
        added: [String] = [], delimiter: UInt8? = nil, quotesTexts: Bool = false,
        encoding: OriginalEncoding = OriginalEncoding(.utf8, isBigEndian: false), ending: String = ".jsonl",
        headerRow: OriginalRow? = nil
    ) {
        (self.added, self.delimiter, self.quotesTexts, self.encoding, self.ending) = (added, delimiter, quotesTexts, encoding, ending)
        self.headerRow = headerRow
    }

    /// The extension under which such a file is read in the same way.
    package let ending: String

    /// The header with the added names and what stands before it, in the source's encoding; nil if there is no header.
    package var header: [UInt8]? { headerRow.map { encoded($0.before) + adding(added.map { .text($0) }, to: $0) } }

    /// The row with a value for each added column, in the source's encoding, without what stands before it.
    package func adding(_ values: [Value], to row: OriginalRow) -> [UInt8] {
        precondition(values.count == added.count)
        var bytes = Array(row.bytes[..<row.end])
        for (name, value) in zip(added, values) {
            if let delimiter {
                bytes.append(delimiter)
                bytes.append(contentsOf: field(value, delimiter, areNumbersQuoted: quotesTexts && row.isQuoted).utf8)
            } else {
                bytes.append(contentsOf: ", \(JSON.string(name).serialized()): \(member(value))".utf8)
            }
        }
        return encoded(bytes + row.bytes[row.end...])
    }

    /// What was read as UTF-8 in the source's encoding.
    package func encoded(_ bytes: [UInt8]) -> [UInt8] {
        guard let encoded = encoding.bytes(of: bytes) else { preconditionFailure("the text was read in this encoding, or checked for it") }
        return encoded
    }

    private func field(_ value: Value, _ delimiter: UInt8, areNumbersQuoted: Bool) -> String {
        switch value {
        case .text(let text): tableField(text, delimiter: delimiter, isQuoted: quotesTexts)
        case .list(let texts): tableField(joinedLabels(texts), delimiter: delimiter, isQuoted: quotesTexts)
        case .number(let literal): tableField(literal, delimiter: delimiter, isQuoted: areNumbersQuoted)
        case .none: areNumbersQuoted ? "\"\"" : ""
        }
    }

    private func member(_ value: Value) -> String {
        switch value {
        case .text(let text): JSON.string(text).serialized()
        case .list(let texts): JSON.array(texts.map { .string($0) }).serialized(.line)
        case .number(let literal): literal
        case .none: "null"
        }
    }
}

/// Several labels in one field, with semicolons between them.
package func joinedLabels(_ labels: [String]) -> String { labels.joined(separator: "; ") }
