/// Calls `body` with a text in parts. A long text is cut after spaces and line ends that are not followed by a combining mark: neither case
/// nor marks nor words reach across them. If there is none for a long stretch, it is cut between two scalars for which `mayCut` says that
/// nothing reaches across them.
func forEachPart(
    of text: String, cuttingWords mayCut: (_ before: Unicode.Scalar, _ after: Unicode.Scalar) -> Bool, _ body: (TextPart) -> Void
) {
    guard text.utf8.count > partLength else { return body(TextPart(text: text, start: 0, endsWithinWord: false)) }
    var text = text
    text.withUTF8 { bytes in
        func scalar(_ at: Int) -> Unicode.Scalar? {
            String(decoding: bytes[at..<min(at + 4, bytes.count)], as: UTF8.self).unicodeScalars.first
        }
        func followsSpace(_ at: Int) -> Bool { bytes[at - 1] == 0x20 || bytes[at - 1] == 0x0A }
        func endsWord(_ scalar: Unicode.Scalar) -> Bool { scalar.isPythonSpace && scalar.isBertSpace }
        func before(_ at: Int) -> Unicode.Scalar? { bytes[..<at].lastIndex { $0 & 0xC0 != 0x80 }.flatMap(scalar) }
        func isCut(_ at: Int, afterSpace: Bool) -> Bool {
            if followsSpace(at) { return scalar(at)?.joinsWhatPrecedes == false }
            guard !afterSpace, bytes[at] & 0xC0 != 0x80, let before = before(at), let after = scalar(at) else { return false }
            return endsWord(before) ? !after.joinsWhatPrecedes : mayCut(before, after)
        }
        var start = 0
        while start < bytes.count {
            var end = min(start + partLength, bytes.count)
            while end < bytes.count, !isCut(end, afterSpace: end < start + 2 * partLength) { end += 1 }
            let part = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
            let endsWithinWord = end < bytes.count && !followsSpace(end) && before(end).map(endsWord) != true
            body(TextPart(text: part, start: start, endsWithinWord: endsWithinWord))
            start = end
        }
    }
}

/// In bytes.
private let partLength = 1 << 15

extension Unicode.Scalar {
    /// Whether the scalar always starts a new letter, whatever its case and its decomposed form: it is neither a mark, nor something that
    /// rewriting may drop or turn into a space.
    var startsAfresh: Bool {
        if value < 0x80 { return value > 0x20 && value < 0x7F }
        return !isPythonSpace && !isBertSpace && !isBertControl && value != 0xFFFD && !joinsWhatPrecedes
            && TracedText.decomposition(self, .compatibility).first?.joinsWhatPrecedes == false
    }

    /// Whether the scalar also does not affect how its neighbours are rewritten: no quote, nothing that lower-casing skips, no sigma.
    var standsAlone: Bool {
        guard startsAfresh, !properties.isCaseIgnorable else { return false }
        if value < 0x80 { return true }
        let parts = TracedText.decomposition(self, .compatibility)
        return parts.first?.properties.isCaseIgnorable == false && !parts.contains("Σ")
    }
}
