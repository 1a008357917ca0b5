/// One text to classify or to learn from, and where it came from.
package struct Document: Sendable, Equatable {
    package var text: String
    /// Absent where no labels were asked for.
    package var label: String?
    /// The path as it was given, `-` for standard input.
    package var source: String
    /// Counts documents from 0 within the source. A bad row that was left out keeps its number, so that results can be joined
    /// to the input again.
    package var row: Int
    /// The file line, from 1, in which the document begins.
    package var line: Int

    package init(text: String, label: String?, source: String, row: Int, line: Int) {
        self.text = text
        self.label = label
        self.source = source
        self.row = row
        self.line = line
    }

    /// Whether there is nothing to read: no characters at all, or white space only.
    package var isBlank: Bool {
        // Nearly every text begins with a printable ASCII character, and is told by it alone.
        guard let first = text.utf8.first, first <= 0x20 || first >= 0x7F else { return text.isEmpty }
        return text.allSatisfy(\.isWhitespace)
    }
}
