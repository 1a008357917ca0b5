import TenorClassifying
import TenorFiles
import TenorLayers
import TenorMeasuring
import TenorModeling
import TenorReading
import TenorSupport
import Testing

@Suite struct ExplainingTests {
    private static let expected: JSON = (try? JSON(readingFile: ModelFixture.path("explaining.json"))) ?? .null

    static var folders: [String] { expected.object?.members.map(\.key) ?? [] }

    @Test("There are fixtures")
    func fixtures() { #expect(Self.folders.count == 13) }

    @Test("Integrated gradients are Captum's in every family", arguments: folders)
    func parity(_ folder: String) throws {
        let expected = try #require(Self.expected[folder])
        let model = try ModelFolder(ModelFixture(folder).folder).classifier()
        let ids = try #require(expected["ids"]?.array).map { Int32($0.int!) }
        let isText = try #require(expected["is_text"]?.array).map { $0.bool! }
        // No tolerance, so that the integration goes on.
        let gradients = IntegratedGradients(model, baseline: Int32(expected["baseline"]!.int!), tolerance: 0, mostIntervals: 1536)
        let path = gradients.path(to: TokenRow(ids), isText: isText)
        for (label, scores) in try #require(expected["scores"]?.array).enumerated() {
            let right = scores.array!.map { $0.double! }
            let found = gradients.scores(of: label, along: path, threads: 2).0
            let largest = right.map(abs).max()!
            for (one, other) in zip(found, right) { #expect(abs(one - other) < 1e-4 * largest, "\(folder), label \(label)") }
            #expect(found.count == right.count)
        }
    }

    @Test("The integration ends when the scores add up, or says that they do not", arguments: ["bert-erf", "deberta-v2-conv", "gpt2"])
    func completeness(_ folder: String) throws {
        let fixture = try ModelFixture(folder)
        let model = try ModelFolder(fixture.folder).classifier()
        let ids = fixture.ids[3].ids
        let isText = ids.indices.map { $0 > 0 && $0 < ids.count - 1 }
        func found(_ tolerance: Double, _ most: Int) -> Completeness {
            let gradients = IntegratedGradients(model, baseline: 0, tolerance: tolerance, mostIntervals: most)
            return gradients.scores(of: 1, along: gradients.path(to: TokenRow(ids), isText: isText), threads: 1).1
        }
        let usual = found(0.01, 384)
        #expect(usual.isReached && usual.error <= 0.01)
        #expect(abs(usual.logit - Double(model.logits([TokenRow(ids)], threads: 1)[0, 1])) < 1e-5)
        let strict = found(1e-9, 24)
        #expect(!strict.isReached && strict.points == 25)
        #expect(abs(strict.sum - (strict.logit - strict.baseline)) == strict.error * abs(strict.logit - strict.baseline))
    }

    private func classifier(_ folder: String = "bert-erf", maxLength: Int = 20, long: LongTexts = .head) throws -> TextClassifier {
        let model = try ModelFolder(ModelFixture(folder).folder).classifier()
        return TextClassifier(model: model, RowEncoder(BytePieces(), maxLength: maxLength, long: long), threads: 1)
    }

    @Test("Scores are the same bits at any number of threads and have a word each", arguments: Explainer.Method.allCases)
    func threads(_ method: Explainer.Method) throws {
        let explainer = Explainer(try classifier(), method)
        let text: InputText = "abc de, (fg) hi"
        let one = try #require(explainer.attributions(text, threads: 1)?.first)
        #expect(one.words.map(\.range) == wordRanges(of: text.first))
        for threads in [2, 3, 5] {
            let many = try #require(explainer.attributions(text, threads: threads)?.first)
            #expect(many.words == one.words && many.bytes == one.bytes && many.completeness == one.completeness)
        }
    }

    @Test("Occlusion is what the logit loses with the word, and a label may be named")
    func occlusion() throws {
        let classifier = try classifier()
        let explained = try #require(Explainer(classifier, .occlusion).attributions("abc de fg", output: 2, threads: 2))
        #expect(explained.count == 1 && explained[0].outcome.label == classifier.model.labels[2])
        func logit(_ text: InputText) -> Double { Double(classifier.model.logits([classifier.row(text).row], threads: 1)[0, 2]) }
        let without: [InputText] = [" de fg", "abc  fg", "abc de "]
        let right = without.map { logit("abc de fg") - logit($0) }
        #expect(explained[0].words.map(\.score) == right)
        #expect(explained[0].completeness == nil && explained[0].tokens.isEmpty)
    }

    @Test("Words behind the last token are not among those explained", arguments: Explainer.Method.allCases)
    func truncated(_ method: Explainer.Method) throws {
        let explained = try #require(Explainer(try classifier(maxLength: 8), method).attributions("abc de fgh ijk", threads: 1)?.first)
        #expect(explained.truncated > 0)
        #expect(!explained.words.isEmpty && explained.words.count < 4)
        #expect(explained.text == "abc de fgh ijk")
    }

    @Test("Of a long text, the words that the model reads are explained", arguments: LongTexts.allCases)
    func long(_ long: LongTexts) throws {
        let text: InputText = "abc de fgh ijk lm nop q rst uv wx yz"
        let words = wordRanges(of: text.first)
        let classifier = try classifier(maxLength: 11, long: long)
        let found = try #require(Explainer(classifier, .gradients).attributions(text, output: 1, threads: 1)?.first)
        let right =
            switch long {
            case .head: words.prefix(3)
            case .tail: words.suffix(5)
            case .headTail: words.suffix(3)
            case .windows: words[...]
            }
        // Of the two letters that head-tail keeps at the beginning there is no word.
        #expect(found.words.map(\.range) == Array(right))
        #expect((found.truncated == 0) == (long == .windows))
        let completeness = try #require(found.completeness)
        let logit = Double(classifier.model.logits([classifier.row(text).row], threads: 1)[0, 1])
        #expect(completeness.isReached && abs(completeness.logit - logit) < 1e-5)
        let occluded = try #require(Explainer(classifier, .occlusion).attributions(text, output: 1, threads: 2)?.first)
        #expect(occluded.words.map(\.range) == found.words.map(\.range))
    }

    @Test("Both texts of a pair are explained")
    func pair() throws {
        let pair = InputText("abc de", "fg hij")
        let classifier = try classifier()
        let found = try #require(Explainer(classifier, .gradients).attributions(pair, output: 1, threads: 1)?.first)
        #expect(found.text == "abc de | fg hij" && found.words.map(\.range) == [0..<3, 4..<6, 9..<11, 12..<15])
        let logit = Double(classifier.model.logits([classifier.row(pair).row], threads: 1)[0, 1])
        #expect(abs(try #require(found.completeness).logit - logit) < 1e-5)
        let occluded = try #require(Explainer(classifier, .occlusion).attributions(pair, output: 1, threads: 1)?.first)
        let without = classifier.row(InputText("abc de", " hij")).row
        #expect(occluded.words[2].score == logit - Double(classifier.model.logits([without], threads: 1)[0, 1]))
        let short = try self.classifier(maxLength: 8)
        let kept = try #require(Explainer(short, .gradients).attributions(pair, output: 1, threads: 1)?.first)
        #expect(kept.words.map(\.range) == [0..<3, 9..<11] && kept.truncated == 4)
    }

    @Test("A text without tokens has an explanation without words", arguments: Explainer.Method.allCases)
    func nothing(_ method: Explainer.Method) throws {
        let explained = try #require(Explainer(try classifier(), method).attributions("", threads: 1)?.first)
        #expect(explained.words.isEmpty && explained.rest == 0)
    }
}

/// One token per byte that is not a space, after a special one.
private struct BytePieces: Tokenizer {
    let vocabularySize = 80
    let specials = SpecialSpellings()
    let unknownID: Int32 = 0
    let maxLength: Int? = nil
    let kind = TokenizerKind(name: "bytes", reasons: [])
    let files: [String] = []

    let template = Template(before: [78], pair: PairTemplate(before: [78], between: [79], after: [], typeStart: 1))

    func append(_ text: String, wantsOffsets: Bool, to pieces: inout Pieces) {
        for (place, byte) in text.utf8.enumerated() where byte != UInt8(ascii: " ") {
            pieces.append(1 + Int32(byte) % 77, wantsOffsets ? place..<place + 1 : nil)
        }
    }

    func piece(_ id: Int32) -> String { String(id) }
}
