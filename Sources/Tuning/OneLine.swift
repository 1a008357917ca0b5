/// For a person: a label or a file's name may hold line ends and other control characters, which are spelled out.
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

/// The text, or its first and last characters with an ellipsis between them where it has more than `limit`.
package func shortened(_ text: String, to limit: Int) -> String {
    guard text.count > limit else { return text }
    let head = limit * 2 / 3
    return text.prefix(head) + "…" + text.suffix(limit - head - 1)
}
