import TenorFiles

/// Finds the added tokens of a vocabulary that has no steps of a `tokenizer.json`.
///
/// Tokens that are matched in the raw text are found first, then in the rest those that are matched in normalized text. For the latter a
/// tokenizer that lower-cases ignores the case of ASCII letters; of other changes by normalization nothing is undone.
struct TokenSearch: Sendable {
    private let exact: AddedTokens
    private let normalized: AddedTokens
    private let ignoresCase: Bool

    /// Nil if there is nothing to find.
    ///
    /// - Parameter specials: the tokens that are left as text.
    init?(_ tokens: [AddedToken], specials: Set<ByteString>, ignoresCase: Bool) {
        guard tokens.contains(where: { !specials.contains(ByteString($0.content)) }) else { return nil }
        func isExact(_ token: AddedToken) -> Bool { token.isSpecial || !token.isNormalized }
        exact = AddedTokens(tokens.filter(isExact), specials: specials) { Array($0.utf8) }
        normalized = AddedTokens(tokens.filter { !isExact($0) }, specials: specials) { spelling in
            ignoresCase ? spelling.utf8.map(lowercased) : Array(spelling.utf8)
        }
        self.ignoresCase = ignoresCase
    }

    /// Calls `receive` with each stretch of the text and its token id, or nil for plain text.
    func forEachStretch(of text: UnsafeBufferPointer<UInt8>, _ receive: (Range<Int>, Int32?) -> Void) {
        exact.forEachStretch(of: text) { range, id in
            if id != nil || normalized.isEmpty { return receive(range, id) }
            let stretch = UnsafeBufferPointer(rebasing: text[range])
            func forward(_ part: Range<Int>, _ id: Int32?) {
                receive(range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound, id)
            }
            guard ignoresCase else { return normalized.forEachStretch(of: stretch, forward) }
            stretch.map(lowercased).withUnsafeBufferPointer { normalized.forEachStretch(of: $0, forward) }
        }
    }
}

/// The byte of the small letter if this is the byte of a capital one in ASCII.
private func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
