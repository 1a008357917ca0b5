import TenorReading
import Testing

@Suite struct WordRangesTests {
    private func words(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        return wordRanges(of: text).map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    @Test func punctuationAroundAWordIsAWordOfItsOwn() {
        #expect(
            words("(Isn’t it, a \"well-made\" film?!  U.S.") == [
                "(", "Isn’t", "it", ",", "a", "\"", "well-made", "\"", "film", "?!", "U.S", ".",
            ])
        #expect(words("...") == ["..."])
    }

    @Test func whiteSpaceOfAnyKindParts() {
        #expect(words("\u{FEFF}a\u{3000}b\u{A0}c\u{2028}d\n\te ") == ["\u{FEFF}a", "b", "c", "d", "e"])
        #expect(words("") == [] && words(" \n") == [])
    }

    @Test func ideographsAndKanaAreWords() {
        #expect(words("「映画はABCだ」。") == ["「", "映", "画", "は", "ABC", "だ", "」。"])
        #expect(words("e\u{301}a か\u{3099}x") == ["e\u{301}a", "か\u{3099}", "x"])
    }

    /// Normal forms, accents, capitals and added spaces included.
    @Test(arguments: Fixtures.kinds)
    func tokensOfEveryKindLieInTheWords(kind: String) throws {
        let tokenizer = try loadTokenizer(folder: Fixtures.folder.appendingPathComponent(kind).path)
        let text = "The CAFÉ's e\u{301}tude isn’t １２ ﬁne,  naïvely…"
        let offsets = tokenizer.encode(text, maxLength: 512).offsets.filter { !$0.isEmpty }
        for word in wordRanges(of: text) {
            #expect(word.allSatisfy { byte in offsets.contains { $0.contains(byte) } }, "\(word)")
        }
    }
}
