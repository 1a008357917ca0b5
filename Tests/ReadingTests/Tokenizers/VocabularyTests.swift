import Foundation
import TenorReading
import TenorVocabularies
import Testing

@Suite struct VocabularyTests {
    private let sentences = (0..<40).flatMap { _ in
        Fixtures.texts.filter { $0.utf8.count > 20 && $0.utf8.count < 200 && $0.unicodeScalars.allSatisfy(\.isASCII) }
    }

    private func pieces(_ text: String, _ model: SentencePieceModel) -> [String] {
        var pieces: [String] = []
        var text = text
        text.withUTF8 { model.encode($0) { pieces.append(String(decoding: $0.spelling, as: UTF8.self)) } }
        return pieces
    }

    @Test(arguments: VocabularyRecipe.Algorithm.allCases)
    func everyAlgorithmMakesAModelWithTheSpecialPiecesFirst(algorithm: VocabularyRecipe.Algorithm) throws {
        let recipe = VocabularyRecipe(algorithm: algorithm, size: 120, characterCoverage: 1)
        let model = try SentencePieceModel(trainVocabulary(recipe, on: sentences), file: "new")
        #expect(model.size <= recipe.size)
        #expect((0..<5).map { model.piece($0) } == VocabularyRecipe.specialPieces)
        #expect(model.unknownID == 1)
    }

    @Test(arguments: VocabularyRecipe.Normalization.allCases)
    func everyNormalizationIsKnownToTheLibrary(normalization: VocabularyRecipe.Normalization) throws {
        let recipe = VocabularyRecipe(size: 200, normalization: normalization, characterCoverage: 1)
        let model = try SentencePieceModel(trainVocabulary(recipe, on: sentences), file: "new")
        let isLowered = pieces("THE", model).joined() == "▁the"
        #expect(isLowered == [.bert, .nmtNFKCCaseFolded, .nfkcCaseFolded].contains(normalization))
    }

    @Test func theSameRecipeGivesTheSameBytesAndNamesNoFile() throws {
        let recipe = VocabularyRecipe(size: 200)
        let first = try trainVocabulary(recipe, on: sentences)
        #expect(try trainVocabulary(recipe, on: sentences) == first)
        let name = Array("tenor-rules".utf8)
        #expect(!first.indices.contains { first[$0...].starts(with: name) })
    }

    @Test func aFrequentWordIsAPieceThoughNoOtherWordBeginsWithIt() throws {
        let sentences = (0..<200).map { "Of word \($0 % 7), many say that many, but not \($0 % 5), have it: many!" }
        let model = try SentencePieceModel(trainVocabulary(VocabularyRecipe(size: 95, characterCoverage: 1), on: sentences), file: "new")
        #expect(pieces("MANY many", model) == ["▁many", "▁many"])
    }

    @Test func aVocabularyTooSmallForTheTextSaysSo() {
        #expect(throws: TokenizerError.badRecipe(why: "5 pieces asked for; needed are more than the 5 special ones")) {
            try trainVocabulary(VocabularyRecipe(size: 5), on: sentences)
        }
        #expect(throws: TokenizerError.self) { try trainVocabulary(VocabularyRecipe(size: 20), on: sentences) }
    }

    @Test func noTextIsAnErrorNotACrash() {
        for text in [[], ["", "  "], ["\u{7}", "\u{200B}\u{301}"]] {
            #expect(throws: TokenizerError.badRecipe(why: "the text is empty; needed is at least one sentence")) {
                try trainVocabulary(VocabularyRecipe(size: 100), on: text)
            }
        }
    }

    @Test func theRulesAreThoseBesideTheDefaultVocabulary() throws {
        let rules = try String(contentsOf: Fixtures.package.appendingPathComponent("Vocab/english-16k.rules.tsv"), encoding: .utf8)
        #expect(bertNormalizationRules() == rules)
    }

    @Test func theRulesDoWhatBertsBasicTokenizerDoes() throws {
        let model = try SentencePieceModel(
            [UInt8](Data(contentsOf: Fixtures.package.appendingPathComponent("Vocab/english-16k.model"))), file: "english-16k.model")
        #expect(pieces("Isn't it?", model) == ["▁isn", "▁'", "▁t", "▁it", "▁?"])
        #expect(pieces("CAFÉ e\u{301}\u{200B}x", model).joined() == "▁cafe▁ex")
        #expect(pieces("ＦＵＬＬ，ｗｉｄｔｈ", model).joined() == "▁full▁,▁width")
        #expect(pieces("a\u{2028}b\u{A0}c\u{3000}d\u{7}e", model).joined() == "▁a▁b▁c▁de")
        #expect(pieces("[MASK]", model) == ["▁[", "▁mask", "▁]"])
        for word in ["movie", "app", "laptop", "#", "@", "“"] { #expect(pieces(word, model) == ["▁" + word], "\(word)") }
    }

    @Test func `A blank last line of a vocabulary asks for no row of the model`() throws {
        let lines = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n"
        for (text, size) in [(lines, 7), (lines + "\n", 7), (lines + "\n\n", 7), (lines + "\nc\n", 9)] {
            let folder = try Scratch(["vocab.txt": Array(text.utf8), "config.json": Array(#"{"model_type":"bert"}"#.utf8)])
            let tokenizer = try loadTokenizer(folder: folder.path)
            #expect(tokenizer.vocabularySize == size && tokenizer.ids("a b", maxLength: 9).ids == [2, 5, 6, 3])
        }
    }

    @Test func theFolderForTransformersNamesEveryIDOnce() throws {
        let model = try Fixtures.bytes("xlm-roberta", "sentencepiece.bpe.model")
        let folder = try Scratch()
        for (name, bytes) in try rembertTokenizerFiles(model: model, maxLength: 128) { try folder.write(name, bytes) }
        let tokenizer = try loadTokenizer(folder: folder.path)
        // This model has none of the four tokens, so they follow its pieces.
        let size = Int32(try SentencePieceModel(model, file: "model").size)
        #expect(tokenizer.vocabularySize == Int(size) + 4)
        #expect(tokenizer.encode("", maxLength: 10).ids == [size + 2, size])
        #expect(tokenizer.piece(size + 1) == "<pad>")
        #expect(tokenizer.maxLength == 128)
        #expect(tokenizer.kind.name == "RemBERT SentencePiece")
        #expect(
            tokenizer.kind.reasons == [
                "sentencepiece.model is the file of RemBertTokenizer", "sentencepiece.model holds its vocabulary",
            ])
        #expect(tokenizer.files == ["sentencepiece.model", "tokenizer_config.json", "tokenizer.json"])
    }
}
