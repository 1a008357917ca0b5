/// A line of a fastText training file: words, of which those that begin with `__label__` are labels, wherever they stand.
package struct FastTextLine {
    /// The other words, with the white space between them.
    package let text: String
    /// Without the prefix, each once.
    package let labels: [String]

    static let prefix = Array("__label__".utf8)

    package init(_ bytes: UnsafeBufferPointer<UInt8>) {
        var text: [UInt8] = []
        var labels: [String] = []
        var at = 0
        while at < bytes.count {
            let word = bytes[at...].firstIndex { !isWhiteSpace($0) } ?? bytes.count
            if word == bytes.count { break }
            let end = bytes[word...].firstIndex(where: isWhiteSpace) ?? bytes.count
            if bytes[word..<end].starts(with: Self.prefix) {
                labels.append(String(decoding: bytes[word..<end].dropFirst(Self.prefix.count), as: UTF8.self))
            } else {
                text += bytes[(text.isEmpty ? word : at)..<end]
            }
            at = end
        }
        self.text = String(decoding: text, as: UTF8.self)
        self.labels = distinct(labels)
    }
}

/// What separates words for fastText: the white space of ASCII.
func isWhiteSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
