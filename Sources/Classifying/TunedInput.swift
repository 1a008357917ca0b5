import TenorFiles
import TenorReading

/// How the table that a folder was tuned on was read: the columns, the encoding and the reading of special tokens that were named. Other
/// tables for the same model usually have the same.
package struct TunedInput: Sendable, Equatable {
    /// Empty if none was named.
    package let textColumns: [String]
    /// The column of the second text of pairs; nil if rows are single texts.
    package let pairColumn: String?
    /// Empty if none was named.
    package let labelColumns: [String]
    /// What separates labels in a cell; nil if nothing was named.
    package let labelSeparator: String?
    /// Nil if none was named.
    package let encoding: TextEncoding?
    /// Nil if it was not named.
    package let specialTokens: SpecialTokens?

    package init(
        textColumns: [String] = [], pairColumn: String? = nil, labelColumns: [String] = [], labelSeparator: String? = nil,
        encoding: TextEncoding? = nil, specialTokens: SpecialTokens? = nil
    ) {
        self.textColumns = textColumns
        self.pairColumn = pairColumn
        self.labelColumns = labelColumns
        self.labelSeparator = labelSeparator
        self.encoding = encoding
        self.specialTokens = specialTokens
    }

    /// What tenor.json of a folder records; nothing if there is no such file, or if it has no such record.
    package init(folder: String) throws {
        let json = try TunedFacts(folder: folder)?.json["input"]
        self.init(
            textColumns: json?["text_columns"]?.array?.compactMap(\.string) ?? [],
            pairColumn: json?["pair_column"]?.string,
            labelColumns: json?["label_columns"]?.array?.compactMap(\.string) ?? json?["label_column"]?.string.map { [$0] } ?? [],
            labelSeparator: json?["label_separator"]?.string,
            encoding: json?["encoding"]?.string.flatMap { TextEncoding(rawValue: $0) },
            specialTokens: json?["special_tokens"]?.string.flatMap { SpecialTokens(rawValue: $0) })
    }

    /// The record in tenor.json; nil if nothing was named.
    package var json: JSON? {
        var json = JSON.Object()
        if !textColumns.isEmpty { json["text_columns"] = .array(textColumns.map { .string($0) }) }
        if let pairColumn { json["pair_column"] = .string(pairColumn) }
        if labelColumns.count == 1 { json["label_column"] = .string(labelColumns[0]) }
        if labelColumns.count > 1 { json["label_columns"] = .array(labelColumns.map { .string($0) }) }
        if let labelSeparator { json["label_separator"] = .string(labelSeparator) }
        if let encoding { json["encoding"] = .string(encoding.rawValue) }
        if let specialTokens { json["special_tokens"] = .string(specialTokens.rawValue) }
        return json.members.isEmpty ? nil : .object(json)
    }

    /// These settings, or those of `other` where nothing is named.
    package func filled(from other: TunedInput) -> TunedInput {
        TunedInput(
            textColumns: textColumns.isEmpty ? other.textColumns : textColumns,
            pairColumn: pairColumn ?? other.pairColumn, labelColumns: labelColumns.isEmpty ? other.labelColumns : labelColumns,
            labelSeparator: labelSeparator ?? other.labelSeparator,
            encoding: encoding ?? other.encoding, specialTokens: specialTokens ?? other.specialTokens)
    }
}
