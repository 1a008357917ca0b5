/// `text` as a field of a `.csv` file, quoted if a reader could misread it.
package func csvField(_ text: String) -> String { tableField(text, delimiter: comma, isQuoted: false) }

/// `text` as a field of a table, quoted if a reader could misread it, or in any case if `isQuoted`.
func tableField(_ text: String, delimiter: UInt8, isQuoted: Bool) -> String {
    let needsQuotes = text.utf8.contains { $0 == delimiter || $0 == quote || $0 == lineFeed || $0 == carriageReturn }
    // Many readers trim leading and trailing spaces and skip empty lines.
    guard isQuoted || needsQuotes || text.isEmpty || text.utf8.first == 0x20 || text.utf8.last == 0x20 else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}
