/// `text` as a field of a `.csv` file, quoted if a reader could misread it.
package func csvField(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { $0 == comma || $0 == quote || $0 == lineFeed || $0 == carriageReturn }
    // Many readers trim leading and trailing spaces and skip empty lines.
    guard needsQuotes || text.isEmpty || text.utf8.first == 0x20 || text.utf8.last == 0x20 else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}
