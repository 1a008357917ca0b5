import Foundation
import TenorDamage
import TenorLayers
import TenorReading
import TenorVocabularies
import Testing

/// Texts and settings designed to take much time or memory. The time limits are far above what is needed, and far below what quadratic time
/// would take.
@Suite struct HostileTextTests {
    private static func fixture(_ kind: String) throws -> any Tokenizer {
        try loadTokenizer(folder: Fixtures.folder.appendingPathComponent(kind).path)
    }

    @Test(.timeLimit(.minutes(1)), .disabled(if: isSanitized), arguments: ["bert", "bert-cased", "albert", "xlnet", "modernbert"])
    func manyMarksOnOneLetterTakeNoLongerThanTheirNumber(kind: String) throws {
        let tokenizer = try loadTokenizer(folder: Fixtures.folder.appendingPathComponent(kind).path)
        let marks = String(repeating: "\u{301}\u{327}\u{5B0}\u{345}", count: 200_000)
        #expect(!tokenizer.ids("e" + marks + " a", maxLength: 16).ids.isEmpty)
    }

    /// The reference is Foundation. Marks are sorted by combining class, and those of one class keep their order.
    @Test func marksComeIntoTheOrderOfTheirClasses() throws {
        // Spacing marks are kept, so their order shows in the ids.
        let marks = ["\u{302E}", "\u{302F}", "\u{1D165}", "\u{1D166}", "\u{1D16D}", "\u{16FF0}"]
        let pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"] + marks.map { "##" + $0 }
        let folder = try Scratch([
            "vocab.txt": Array(pieces.joined(separator: "\n").utf8), "config.json": Array(#"{"model_type":"bert"}"#.utf8),
        ])
        let tokenizer = try loadTokenizer(folder: folder.path)
        var random = Randomness(seed: 4)
        var reordered = 0
        for count in 1...99 {
            let text = "a" + (0..<count).map { _ in marks.randomElement(using: &random)! }.joined()
            let ordered = text.decomposedStringWithCanonicalMapping
            let ids = ordered.unicodeScalars.dropFirst().map { scalar in Int32(pieces.firstIndex(of: "##\(scalar)")!) }
            #expect(tokenizer.ids(text, maxLength: 200).ids == [2, 5] + ids + [3])
            if !text.utf8.elementsEqual(ordered.utf8) { reordered += 1 }
        }
        #expect(reordered > 90)
    }

    /// Runs in a separate process with limited memory.
    @Test(.disabled(if: isSanitized)) func aLongWordTakesAtMostThirtyTimesItsBytes() async {
        await #expect(processExitsWith: .success) {
            let size = 1_000_000
            func word(_ unit: String) -> String { String(repeating: unit, count: size / unit.utf8.count) }
            let words = ["a", "é", "\u{8A9E}", "\u{1F600}", "'", "\u{3000}", "ab1"].map(word)
            let kinds = [
                "bert", "bert-cased", "albert", "xlnet", "deberta-v2", "rembert", "rembert-bytes", "rembert-char", "rembert-word",
                "camembert", "gpt2", "modernbert",
            ]
            let tokenizers = try kinds.map { kind in
                let tokenizer = try HostileTextTests.fixture(kind)
                _ = tokenizer.ids("a é \u{8A9E}", maxLength: 16)
                return tokenizer
            }
            limitingMemory(to: 30 * size) {
                for tokenizer in tokenizers {
                    for word in words { precondition(tokenizer.ids(word, maxLength: 16).ids.count >= 2) }
                }
            }
        }
    }

    /// U+FDFA becomes eighteen letters under NFKC.
    @Test(.disabled(if: isSanitized)) func aTextThatGrowsUnderItsRulesTakesNoMemoryForEachOfItsPieces() async {
        await #expect(processExitsWith: .success) {
            let sentences = (0..<20).map { _ in "the cat sat on the mat and a3 there is nothing like this thing" }
            let recipe = VocabularyRecipe(algorithm: .bpe, size: 150, normalization: .nmtNFKC, characterCoverage: 1)
            let model = try SentencePieceModel(trainVocabulary(recipe, on: sentences), file: "model")
            var text = String(repeating: "\u{FDFA}", count: 400_000)
            var count = 0
            text.withUTF8 { model.encode(UnsafeBufferPointer(rebasing: $0[..<300])) { _ in count += 1 } }
            limitingMemory(to: 60_000_000) {
                text.withUTF8 { text in model.encode(text, wantsPlaces: false) { _ in count += 1 } }
            }
            precondition(count > 400_000)
        }
    }

    @Test(.timeLimit(.minutes(1)), .disabled(if: isSanitized)) func manyAddedTokensTakeNoLongerThanTheirNumber() throws {
        let count = 100_000
        let folder = try Scratch([
            "config.json": Array(#"{"model_type":"albert"}"#.utf8), "spiece.model": Fixtures.bytes("albert", "spiece.model"),
        ])
        let listed = (0..<count).map { #""\#(50_000 + $0)":{"content":"<extra_\#($0)>","special":true}"# }
        try folder.write("tokenizer_config.json", #"{"do_lower_case":true,"added_tokens_decoder":{\#(listed.joined(separator: ","))}}"#)
        let tokenizer = try loadTokenizer(folder: folder.path)
        #expect(tokenizer.ids(String(repeating: "<extra_ é ", count: 20_000), maxLength: 16).ids.count == 16)
    }

    @Test(.timeLimit(.minutes(1)), .disabled(if: isSanitized)) func manyAddedTokensOfTwoFilesAreHeldTogetherInTheTimeOfTheirNumber() throws
    {
        let count = 100_000
        let whole = String(decoding: try Fixtures.bytes("modernbert", "tokenizer.json"), as: UTF8.self)
        let more = (0..<count).map { #"{"id":\#(50_000 + $0),"content":"<extra_\#($0)>","special":true}"# }.joined(separator: ",")
        let folder = try Scratch(["config.json": Array(#"{"model_type":"modernbert"}"#.utf8)])
        try folder.write("tokenizer.json", whole.replacing(#""added_tokens":["#, with: #""added_tokens":[\#(more),"#))
        let listed = (0..<count).map { #""\#(50_000 + $0)":{"content":"<extra_\#($0)>","special":true}"# }
        try folder.write("tokenizer_config.json", #"{"added_tokens_decoder":{\#(listed.joined(separator: ","))}}"#)
        #expect(try loadTokenizer(folder: folder.path).vocabularySize == 150_000)
    }

    /// A token that absorbs the space after it is found again within that space.
    @Test(.timeLimit(.minutes(1)), .disabled(if: isSanitized)) func spaceThatManyTokensTakeIsLookedAtOnce() throws {
        let whole = String(decoding: try Fixtures.bytes("modernbert", "tokenizer.json"), as: UTF8.self)
        let token = #"{"id":900,"content":"\n","special":false,"rstrip":true,"normalized":false}"#
        let folder = try Scratch(["config.json": Array(#"{"model_type":"modernbert"}"#.utf8)])
        try folder.write("tokenizer.json", whole.replacing(#""added_tokens":["#, with: #""added_tokens":[\#(token),"#))
        let tokenizer = try loadTokenizer(folder: folder.path)
        #expect(tokenizer.ids(String(repeating: "\n", count: 400_000) + "a", maxLength: 16).ids.contains(900))
    }
}
