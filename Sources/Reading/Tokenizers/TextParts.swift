/// Calls `body` with a text in parts, and with the place in the text where each begins. A long text is cut after spaces and line ends that no
/// mark stands on: neither case nor marks nor words reach across them, so rewriting a long text takes no more memory than a short one.
func forEachPart(of text: String, _ body: (_ part: String, _ start: Int) -> Void) {
    guard text.utf8.count > partLength else { return body(text, 0) }
    var text = text
    text.withUTF8 { bytes in
        func mayCut(_ at: Int) -> Bool {
            guard bytes[at - 1] == 0x20 || bytes[at - 1] == 0x0A else { return false }
            let next = String(decoding: bytes[at..<min(at + 4, bytes.count)], as: UTF8.self).unicodeScalars.first
            return next?.joinsWhatPrecedes == false
        }
        var start = 0
        while start < bytes.count {
            var end = min(start + partLength, bytes.count)
            while end < bytes.count, !mayCut(end) { end += 1 }
            body(String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self), start)
            start = end
        }
    }
}

/// In bytes.
private let partLength = 1 << 15
