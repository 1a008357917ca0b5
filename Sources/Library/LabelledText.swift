import TenorReading

/// A text and the label that it should get.
public struct LabelledText: Sendable, Hashable {
    public var text: String
    public var label: String

    public init(_ text: String, label: String) {
        self.text = text
        self.label = label
    }
}

extension LabelledText {
    /// Reads the rows of a `.csv`, `.tsv` or `.jsonl` file in UTF-8, into memory.
    ///
    /// ```swift
    /// let mails = try LabelledText.read("mails.csv", textColumns: ["subject", "body"], labelColumn: "topic")
    /// ```
    ///
    /// - Parameters:
    ///   - path: the file; its ending says what it is. The first record of a `.csv` or `.tsv` names the columns.
    ///   - textColumns: the columns to join with spaces, by name or by number from 1.
    ///   - labelColumn: the column of the labels.
    /// - Throws: ``TenorError``: that the file is missing, lacks a column, has no rows or only one label, or has a record at fault, with its
    ///   number and line.
    public static func read(
        _ path: String, textColumns: [String] = ["text"], labelColumn: String = "label"
    ) throws(TenorError) -> [LabelledText] {
        let corpus = try wrapped { try readCorpus(path, InputFormat(textColumns: textColumns, labelColumn: labelColumn)) }
        return corpus.rows.map { LabelledText($0.text, label: $0.label ?? "") }
    }
}

/// For each row the index of its label, by the label's bytes. Rows count from 1 in messages, as records do in those about files.
func indices(of rows: [LabelledText], among labels: [String]) throws(TenorError) -> [Int] {
    let known = Dictionary(uniqueKeysWithValues: labels.enumerated().map { (Array($1.utf8), $0) })
    var indices: [Int] = []
    indices.reserveCapacity(rows.count)
    for (row, text) in rows.enumerated() {
        guard let index = known[Array(text.label.utf8)] else {
            throw TenorError(.badData, "row \(row + 1): the label is \(quoted(text.label)), needs one of \(quoted(labels))")
        }
        indices.append(index)
    }
    return indices
}
