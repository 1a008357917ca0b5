/// A text to classify or train on, and where it came from.
package struct Document: Sendable, Equatable {
    package var text: String
    /// The second text of a pair; nil if no pairs are read.
    package var second: String?
    /// Nil if no labels were requested. A row of a table has one for each label column.
    package var labels: [String]?
    /// Which rows belong together; nil if that was not requested.
    package var group: String?
    /// The value in the format's slice column. Nil if none was requested.
    package var slice: String?
    /// The row as the source has it; nil if it is not kept.
    package var original: OriginalRow?
    /// The path as given, or `-` for standard input.
    package var source: String
    /// Zero-based index of the document in the source. A skipped bad row keeps its number, so that results can be joined back to the input.
    package var row: Int
    /// The 1-based line of the file where the document begins.
    package var line: Int

    package init(text: String, labels: [String]?, source: String, row: Int, line: Int, group: String? = nil, original: OriginalRow? = nil) {
        self.text = text
        self.labels = labels
        (self.group, self.original) = (group, original)
        self.source = source
        self.row = row
        self.line = line
    }

    /// What a model reads of it.
    package var input: InputText { InputText(text, second) }

    /// The label of a row that has just one.
    package var label: String? { labels?.count == 1 ? labels![0] : nil }

    /// Whether the text is empty or only white space.
    package var isBlank: Bool {
        // Fast path: nearly every text begins with a printable ASCII character.
        guard let first = text.utf8.first, first <= 0x20 || first >= 0x7F else { return text.isEmpty && input.isBlank }
        return input.isBlank
    }
}
