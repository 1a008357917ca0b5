/// Escapes line ends and other control characters, which labels and file names may contain.
package func oneLine(_ text: String) -> String {
    func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) }
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    var line = ""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\n": line += "\\n"
        case "\t": line += "\\t"
        case "\r": line += "\\r"
        case _ where isControl(scalar): line += "\\u{\(String(scalar.value, radix: 16))}"
        default: line.unicodeScalars.append(scalar)
        }
    }
    return line
}

/// Formats a message as one line: control characters are escaped, quoted text is shortened to 80 characters and the whole line to 500, each
/// in the middle.
package func messageLine(_ message: String) -> String {
    let line = oneLine(message)
    guard line.utf8.count > 80 else { return line }
    var parts = line.split(separator: "'", omittingEmptySubsequences: false).map(String.init)
    // Every second part is quoted, provided that every quote is closed.
    if parts.count % 2 == 1 {
        for index in stride(from: 1, to: parts.count, by: 2) { parts[index] = shortened(parts[index], to: 80) }
    }
    return shortened(parts.joined(separator: "'"), to: 500)
}

/// The text or, if it has more than `limit` characters, its beginning and end with an ellipsis between them.
func shortened(_ text: String, to limit: Int) -> String {
    guard text.utf8.count > limit, text.count > limit else { return text }
    let head = limit * 2 / 3
    return text.prefix(head) + "…" + text.suffix(limit - head - 1)
}
