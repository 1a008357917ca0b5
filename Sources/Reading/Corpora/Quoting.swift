/// `text` as a field of a `.csv` file: in quotes where a reader could take it for something else.
package func csvField(_ text: String) -> String {
    let needsQuotes = text.utf8.contains { $0 == comma || $0 == quote || $0 == lineFeed || $0 == carriageReturn }
    // Many readers trim spaces at the ends, and skip a line on which there is nothing.
    guard needsQuotes || text.isEmpty || text.utf8.first == 0x20 || text.utf8.last == 0x20 else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}
