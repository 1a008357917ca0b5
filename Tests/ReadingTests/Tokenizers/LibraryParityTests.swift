import TenorDamage
import TenorLayers
import TenorReading
import TenorVocabularies
import Testing

/// Models of every type that this package runs itself, against libsentencepiece.
@Suite struct LibraryParityTests {
    private func field(_ number: UInt8, _ payload: [UInt8]) -> [UInt8] { [number << 3 | 2, UInt8(payload.count)] + payload }

    /// A model of random pieces over few letters, with many equal scores and occasional user-defined symbols.
    private func model(_ type: UInt8, _ random: inout Randomness) -> [UInt8] {
        var spellings: Set<String> = ["▁"]
        let letters = ["a", "b", "é", "語", "▁"]
        while spellings.count < 30 {
            spellings.insert((0..<Int.random(in: 1...4, using: &random)).map { _ in letters.randomElement(using: &random)! }.joined())
        }
        let crosses = Bool.random(using: &random)
        var pieces: [UInt8] = field(1, field(1, Array("<unk>".utf8)) + [3 << 3, 2])
        for spelling in spellings.sorted() where crosses || !spelling.dropFirst().contains("▁") {
            let bits = Float(Int.random(in: -12...0, using: &random)).bitPattern
            let score = (0..<4).map { UInt8(bits >> ($0 * 8) & 255) }
            let isSymbol = spelling != "▁" && Int.random(in: 0..<12, using: &random) == 0
            pieces += field(1, field(1, Array(spelling.utf8)) + [2 << 3 | 5] + score + [3 << 3, isSymbol ? 4 : 1])
        }
        return pieces + field(2, [3 << 3, type])
    }

    @Test(arguments: [UInt8](2...4)) func randomModelsCutRandomTextsAsTheLibraryDoes(type: UInt8) throws {
        var random = Randomness(seed: UInt64(type))
        for _ in 0..<150 {
            let bytes = model(type, &random)
            let own = try SentencePieceModel(bytes, file: "model")
            #expect(own.isOwn)
            let judge = try SentencePieceLibrary(bytes, file: "model")
            for length in [0, 1, 5, 30, 400] {
                var text = (0..<length).map { _ in ["a", "b", "é", "語", " ", "▁", "x", "😀"].randomElement(using: &random)! }.joined()
                var found: [String] = []
                var judged = found
                text.withUTF8 { text in
                    own.encode(text) { found.append("\($0.id) \($0.start) \($0.end) \(Array($0.spelling))") }
                    judge.encode(text) { judged.append("\($0.id) \($0.start) \($0.end) \(Array($0.spelling))") }
                }
                #expect(found == judged, "\(text)")
            }
        }
    }

    @Test(arguments: [VocabularyRecipe.Algorithm.bpe, .char, .word]) func trainedModelsCutTextsAsTheLibraryDoes(
        algorithm: VocabularyRecipe.Algorithm
    ) throws {
        let ascii = Fixtures.texts.filter { $0.utf8.count > 20 && $0.unicodeScalars.allSatisfy(\.isASCII) }
        let sentences = (0..<20).flatMap { _ in ascii }
        let recipe = VocabularyRecipe(
            algorithm: algorithm, size: algorithm == .word ? 110 : 150, normalization: .nmtNFKC, characterCoverage: 1)
        let bytes = try trainVocabulary(recipe, on: sentences)
        let own = try SentencePieceModel(bytes, file: "model")
        #expect(own.isOwn)
        let judge = try SentencePieceLibrary(bytes, file: "model")
        for var text in Fixtures.texts + [Fixtures.texts.joined(separator: " "), Fixtures.texts.joined().filter { $0 != " " }] {
            var found: [String] = []
            var judged = found
            text.withUTF8 { text in
                own.encode(text) { found.append("\($0.id) \($0.start) \($0.end) \(Array($0.spelling))") }
                judge.encode(text) { judged.append("\($0.id) \($0.start) \($0.end) \(Array($0.spelling))") }
            }
            #expect(found == judged, "\(text.debugDescription)")
        }
    }
}
