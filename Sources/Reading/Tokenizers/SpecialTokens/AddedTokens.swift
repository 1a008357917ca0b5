import TenorFiles

/// Finds a vocabulary's added tokens in a text, as the tokenizers library does (`added_vocabulary.rs`): the leftmost match, the longest of
/// those. The search then continues after it.
///
/// A special token that is to be text is matched but left as text, as with `encode_special_tokens`. Nothing else is matched inside it.
struct AddedTokens: Sendable {
    private let tokens: [AddedToken]
    private let specials: Set<ByteString>
    private let places: PieceTrie

    /// - Parameters:
    ///   - specials: the tokens that are left as text.
    ///   - spelling: how a token is spelt in the text that is searched.
    init(_ tokens: [AddedToken], specials: Set<ByteString>, spelling: (String) -> [UInt8]) {
        let tokens = tokens.filter { !$0.content.isEmpty }
        self.tokens = tokens
        self.specials = specials
        // Of two tokens spelt alike the first wins, and the trie keeps the last.
        places = PieceTrie(tokens.indices.reversed().map { (spelling(tokens[$0].content), Int32($0)) })
    }

    var isEmpty: Bool { tokens.isEmpty }

    /// Calls `receive` with each stretch of the text and its token id, or nil for plain text.
    func forEachStretch(of text: UnsafeBufferPointer<UInt8>, _ receive: (Range<Int>, Int32?) -> Void) {
        guard !tokens.isEmpty, !text.isEmpty else { return receive(0..<text.count, nil) }
        var start = 0
        var at = 0
        // White space already scanned, so that a long run is not scanned again for each token.
        var space = 0..<0
        while at < text.count {
            guard let found = places.longest(UnsafeBufferPointer(rebasing: text[at...])) else {
                at += 1
                continue
            }
            let token = tokens[Int(found.id)]
            var (lower, upper) = (at, at + found.length)
            at = upper
            if specials.contains(ByteString(token.content)) || token.isWholeWord && Self.touchesWord(lower..<upper, in: text) { continue }
            if token.takesSpaceBefore {
                while lower > start, let scalar = Self.scalar(before: lower, in: text), scalar.properties.isWhitespace {
                    lower -= UTF8.width(scalar)
                }
            }
            if token.takesSpaceAfter {
                if !space.contains(upper) {
                    space = upper..<upper
                    while let scalar = Self.scalar(at: space.upperBound, in: text), scalar.properties.isWhitespace {
                        space = upper..<space.upperBound + UTF8.width(scalar)
                    }
                }
                upper = space.upperBound
            }
            if start < lower { receive(start..<lower, nil) }
            receive(lower..<upper, token.id)
            // The search continues after the token itself: a token that begins in the white space this one absorbed is found too.
            start = upper
        }
        if start < text.count { receive(start..<text.count, nil) }
    }

    private static func touchesWord(_ range: Range<Int>, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        [scalar(before: range.lowerBound, in: text), scalar(at: range.upperBound, in: text)].contains { $0?.isRegexWord == true }
    }

    private static func scalar(at place: Int, in text: UnsafeBufferPointer<UInt8>) -> Unicode.Scalar? {
        String(decoding: text[place...].prefix(4), as: UTF8.self).unicodeScalars.first
    }

    private static func scalar(before place: Int, in text: UnsafeBufferPointer<UInt8>) -> Unicode.Scalar? {
        guard let first = text[..<place].lastIndex(where: { $0 & 0xC0 != 0x80 }) else { return nil }
        return scalar(at: first, in: text)
    }
}
