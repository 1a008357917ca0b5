import TenorFiles

/// Finds a vocabulary's added tokens in a text, as the tokenizers library does (`added_vocabulary.rs`): of those that begin furthest to the
/// left the longest, then on from its end.
///
/// A special token is found and left to be text, as with `encode_special_tokens`. Nothing else is found within it.
struct AddedTokens: Sendable {
    private let tokens: [AddedToken]
    private let specials: Set<ByteString>
    private let places: PieceTrie

    /// - Parameter spelling: how a token stands in the text that is searched.
    init(_ tokens: [AddedToken], specials: Set<ByteString>, spelling: (String) -> [UInt8]) {
        let tokens = tokens.filter { !$0.content.isEmpty }
        self.tokens = tokens
        self.specials = specials
        // Of two that are spelt alike the first counts, and the trie keeps the last.
        places = PieceTrie(tokens.indices.reversed().map { (spelling(tokens[$0].content), Int32($0)) })
    }

    /// Calls `receive` with each stretch of the text and the id of the token that it is, or nil where it is none.
    func forEachStretch(of text: UnsafeBufferPointer<UInt8>, _ receive: (Range<Int>, Int32?) -> Void) {
        guard !tokens.isEmpty, !text.isEmpty else { return receive(0..<text.count, nil) }
        var start = 0
        var at = 0
        // White space that has been looked at, so that of a long run each token does not look again.
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
            // The search goes on behind the token itself: one that begins in the space that this one took is found too.
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
