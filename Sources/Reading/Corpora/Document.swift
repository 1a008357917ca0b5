/// A text to classify or train on, and where it came from.
package struct Document: Sendable, Equatable {
    package var text: String
    /// Nil if no labels were requested.
    package var label: String?
    /// The path as given, or `-` for standard input.
    package var source: String
    /// Zero-based index of the document in the source. A skipped bad row keeps its number, so that results can be joined back to the input.
    package var row: Int
    /// The 1-based line of the file where the document begins.
    package var line: Int

    package init(text: String, label: String?, source: String, row: Int, line: Int) {
        self.text = text
        self.label = label
        self.source = source
        self.row = row
        self.line = line
    }

    /// Whether the text is empty or only white space.
    package var isBlank: Bool {
        // Fast path: nearly every text begins with a printable ASCII character.
        guard let first = text.utf8.first, first <= 0x20 || first >= 0x7F else { return text.isEmpty }
        return text.allSatisfy(\.isWhitespace)
    }
}
