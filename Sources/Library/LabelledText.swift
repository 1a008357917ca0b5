import TenorReading

/// A text, or a pair of texts, and its correct label.
public struct LabelledText: Sendable, Hashable {
    public var text: String
    /// The second text of a pair; nil for a single text.
    public var second: String?
    public var label: String

    public init(_ text: String, _ second: String? = nil, label: String) {
        self.text = text
        self.second = second
        self.label = label
    }

    var input: InputText { InputText(text, second) }
}

extension LabelledText {
    /// Reads the rows of a table or of JSON objects into memory: a `.csv`, `.tsv`, `.jsonl` or `.json` file in UTF-8, which may be compressed
    /// with gzip or xz. Exports of annotation tools, fastText files and folders of texts by label are read too.
    ///
    /// ```swift
    /// let mails = try LabelledText.read("mails.csv", textColumns: ["subject", "body"], labelColumn: "topic")
    /// ```
    ///
    /// - Parameters:
    ///   - path: the path of the file, or of a folder, of which the train split is read. JSON objects, one per line or in an array, are
    ///     recognized under any extension. The first record of a table names the columns and shows what separates them.
    ///   - textColumns: the columns of the text, by name or by number from 1; if empty, `text`. Several columns are joined with spaces. A name
    ///     may differ from the file's in case and surrounding blanks.
    ///   - pairColumn: the column of the second text, if rows are pairs of texts.
    ///   - labelColumn: the column of the label, by name or by number from 1; if nil, `label`. In exports with one question, that question.
    /// - Throws: ``TenorError`` if the file is missing, is not text, lacks a column, has no rows or only one label, or contains an invalid
    ///   record. The message gives the number and line of that record.
    public static func read(
        _ path: String, textColumns: [String] = [], pairColumn: String? = nil, labelColumn: String? = nil
    ) throws(TenorError) -> [LabelledText] {
        let corpus = try wrapped {
            try readCorpus(
                path,
                InputFormat(
                    textColumns: textColumns, pairColumn: pairColumn, labelColumns: labelColumn.map { [$0] } ?? [], answers: .single,
                    splits: [.train]))
        }
        return corpus.rows.map { LabelledText($0.text, $0.second, label: $0.label ?? "") }
    }
}

/// The index of each row's label. Labels are compared byte by byte; see ``KnownLabels`` for placeholders. Messages count rows from 1, as they count the records of files.
func indices(of rows: [LabelledText], among labels: [String]) throws(TenorError) -> [Int] {
    let known = KnownLabels(labels)
    var indices: [Int] = []
    indices.reserveCapacity(rows.count)
    for (row, text) in rows.enumerated() {
        guard let index = known.index(of: text.label) else {
            throw TenorError(.badData, "row \(row + 1): the label is \(quoted(text.label)), needs one of \(quoted(labels))")
        }
        indices.append(index)
    }
    return indices
}
