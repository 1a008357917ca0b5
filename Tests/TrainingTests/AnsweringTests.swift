import TenorClassifying
import TenorLayers
import TenorModeling
import TenorReading
import TenorSupport
import TenorThreads
import Testing

@Suite struct AnsweringTests {
    private let model: Model
    private let tokenizer = LetterPieces()

    init() throws { model = try ModelFolder(ModelFixture("bert-erf").folder).classifier() }

    private func answers(_ texts: [String], threads: Int = 1) -> [Answer] {
        var answers: [Answer] = []
        TextClassifier(model: model, RowEncoder(tokenizer, maxLength: 20), threads: threads).answer(texts.map { InputText($0) }) {
            answers.append($0)
        }
        return answers
    }

    /// Some are longer than a micro-batch, some longer than the model takes, some empty. Each contains its own index.
    private func texts(_ count: Int) -> [String] {
        (0..<count).map { String(repeating: "ab \($0) ", count: $0 % 13 * ($0 % 101 == 0 ? 30 : 1)) }
    }

    @Test("Each text has its own answer, in the order of the texts, with the same bits at any number of threads and in any company")
    func order() {
        let texts = texts(700)
        let alone = texts.map { text in
            let (ids, truncated) = tokenizer.ids(text, maxLength: 20)
            return Answer(model.task, logits: model.logits([TokenRow(ids)], threads: 1).elements, truncated: truncated)
        }
        for threads in [1, 2, 5] { #expect(answers(texts, threads: threads) == alone) }
        #expect(answers(Array(texts.reversed()), threads: 2) == alone.reversed())
        #expect(answers([]) == [])
    }

    @Test("A text that comes again is not computed again, one that is spelt in other bytes is")
    func repeated() {
        let answers = answers((0..<900).map { ["caf\u{E9}", "cafe\u{301}", "tea"][$0 % 3] }, threads: 2)
        #expect(tokenizer.seen.withLock(\.count) == 3)
        #expect(Set(answers.map(\.logits)).count == 3)
        for (row, answer) in answers.enumerated() { #expect(answer == answers[row % 3]) }
    }

    @Test("An error in what is done with an answer ends the run, and the answers before it were given")
    func failure() {
        var given = 0
        let classifier = TextClassifier(model: model, RowEncoder(tokenizer, maxLength: 20), threads: 2)
        #expect(throws: Stop.self) {
            try classifier.answer(texts(3000).map { InputText($0) }) { (_) throws(Stop) in
                if given == 50 { throw Stop() }
                given += 1
            }
        }
        #expect(given == 50)
        #expect(tokenizer.seen.withLock(\.count) < 2000)
    }

    private struct Stop: Error {}

    @Test("Recent texts are known, those of long ago are forgotten, and an enormous one is not kept at all")
    func recent() {
        // A generation has room for ten such entries.
        var known = RecentTexts<Int>(limit: 10 * (4 + 100 + 128), valueSize: 100)
        var made = 0
        func value(_ text: String) -> Int {
            known.value(of: InputText(text)) {
                made += 1
                return made
            }
        }
        for number in 1000..<1025 { #expect(value("\(number)") == number - 999) }
        // The last ten are always known, and here also five of the older generation.
        for number in 1015..<1025 { #expect(value("\(number)") == number - 999) }
        #expect(made == 25)
        #expect(value("1000") == 26)
        // An entry that is used stays.
        for number in 2000..<2100 {
            _ = value("\(number)")
            #expect(value("1000") == 26)
        }
        let enormous = String(repeating: "a", count: 100_000)
        let before = made
        #expect(value(enormous) == before + 1 && value(enormous) == before + 2)
        #expect(value("1000") == 26)
    }

    @Test("What comes of the items is received in their order, at any number of threads", arguments: [1, 2, 3, 8])
    func pipeline(threads: Int) {
        let pipeline = Pipeline<Int, Int, Never>(threads: threads) { item in
            // Some items take a thousand times as long as others.
            (0..<(item % 7 == 0 ? 100_000 : 100)).reduce(0) { $0 &+ ($1 ^ item) } &* 0 &+ item
        }
        var received: [Int] = []
        for item in 0..<1000 {
            pipeline.add(item) { received.append($0) }
            if item == 500 {
                pipeline.finish()
                #expect(received.count == 501)
            }
        }
        pipeline.finish()
        #expect(received == Array(0..<1000))
    }
}

/// One token per byte. Records the texts that it was asked for.
private final class LetterPieces: Tokenizer {
    let seen = Lock<[String]>([])
    let vocabularySize = 80
    let specials = SpecialSpellings()
    let unknownID: Int32 = 0
    let maxLength: Int? = nil
    let kind = TokenizerKind(name: "letters", reasons: [])
    let files: [String] = []

    let template = Template(before: [78])

    func append(_ text: String, wantsOffsets: Bool, to pieces: inout Pieces) {
        seen.withLock { $0.append(text) }
        for byte in text.utf8 { pieces.append(1 + Int32(byte) % 77) }
    }

    func piece(_ id: Int32) -> String { String(id) }
}
