import Foundation
import TenorReading
import Testing

@Suite struct OffsetTests {
    /// The text that each piece came from, without special tokens.
    private func covered(_ text: String, by tokenizer: any Tokenizer) -> [String] {
        let bytes = Array(text.utf8)
        return tokenizer.encode(text, maxLength: 1 << 20).offsets.map { String(decoding: bytes[$0], as: UTF8.self) }.filter { !$0.isEmpty }
    }

    private func fixture(_ kind: String) throws -> any Tokenizer {
        try loadTokenizer(folder: Fixtures.folder.appendingPathComponent(kind).path)
    }

    private func defaultVocabulary() throws -> any Tokenizer {
        let model = try Data(contentsOf: Fixtures.package.appendingPathComponent("Vocab/english-16k.model"))
        let folder = try Scratch()
        for (name, bytes) in try rembertTokenizerFiles(model: [UInt8](model)) { try folder.write(name, bytes) }
        return try loadTokenizer(folder: folder.path)
    }

    @Test func marksThatTheRulesSetApartKeepTheirPlaces() throws {
        let tokenizer = try defaultVocabulary()
        #expect(covered("Isn’t it, a “movie”?  x", by: tokenizer) == ["Isn", "’", "t", "it", ",", "a", "“", "movie", "”", "?", "x"])
        #expect(covered("CAFÉ １２", by: tokenizer) == ["CAFÉ", "１２"])
        #expect(covered("a…b", by: tokenizer) == ["a", "…", "…", "…", "b"])
    }

    @Test func piecesInAnOrderOfTheirOwnCoverTheWholeWord() throws {
        let tokenizer = try defaultVocabulary()
        #expect(covered("so noooooooooooo!", by: tokenizer).joined() == "sonoooooooooooo!")
    }

    @Test func wordsOfWordPieceCoverTheirText() throws {
        let tokenizer = try fixture("bert")
        let text = "The WAITER's café: (unbelievable) 中文"
        #expect(covered(text, by: tokenizer).joined() == text.replacing(" ", with: ""))
    }

    @Test func accentsAndFormsStayWithTheirLetter() throws {
        let tokenizer = try fixture("albert")
        let text = "The cafe\u{301} ﬁne"
        #expect(covered(text, by: tokenizer).joined().contains("e\u{301}"))
        #expect(covered(text, by: tokenizer).joined().contains("ﬁ"))
    }

    @Test(arguments: Fixtures.kinds)
    func offsetsNeverGoBackAndLieOnScalars(kind: String) throws {
        let tokenizer = try fixture(kind)
        let hasBytes = kind == "deberta-v2" || kind == "rembert-bytes" || tokenizer.kind.name.contains("byte-level")
        for text in Fixtures.texts {
            let bytes = Array(text.utf8)
            let offsets = tokenizer.encode(text, maxLength: 1 << 20).offsets
            for (one, next) in zip(offsets, offsets.dropFirst()) {
                #expect(one.lowerBound <= next.lowerBound, "\(text.debugDescription)")
            }
            // Only byte pieces may end inside a scalar.
            for offset in offsets where !offset.isEmpty && !hasBytes {
                #expect(String(validating: bytes[offset], as: UTF8.self) != nil, "\(text.debugDescription)")
            }
        }
    }

    @Test func theClosingSpecialTokensStayWhenThereIsNoRoom() throws {
        let tokenizer = try fixture("xlnet")
        let whole = tokenizer.encode("a b c", maxLength: 100)
        let cut = tokenizer.encode("a b c", maxLength: 3)
        #expect(cut.ids == [whole.ids[0]] + whole.ids.suffix(2))
        #expect(cut.truncated == whole.ids.count - 3)
        #expect(tokenizer.encode("a b c", maxLength: 0).ids == Array(whole.ids.suffix(2)))
    }

    @Test func anyNumberOfThreadsMayEncodeAtOnce() async throws {
        let tokenizer = try defaultVocabulary()
        let expected = Fixtures.texts.map { tokenizer.ids($0, maxLength: 512).ids }
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask { (0..<5).allSatisfy { _ in Fixtures.texts.map { tokenizer.ids($0, maxLength: 512).ids } == expected } }
            }
            for await isSame in group { #expect(isSame) }
        }
    }
}
