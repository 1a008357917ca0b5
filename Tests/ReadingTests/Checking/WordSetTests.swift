import TenorReading
import Testing

@Suite struct WordSetTests {
    private func words(_ text: String) -> [UInt32] { WordSet(uniformText(text)).hashes }

    private func similarity(_ a: String, _ b: String) -> Double {
        TextSketch(WordSet(uniformText(a))).similarity(to: TextSketch(WordSet(uniformText(b))))
    }

    @Test(arguments: [
        ("Don't stop, now!", "dont STOP now"), ("now stop; stop now", "stop now"), ("ｅ́té \u{2019}", "ｅ́té"), ("(a-b)", "b a"),
        ("cafe\u{301}", "caf\u{E9}"),
    ])
    func `Words do not depend on order, case, punctuation, apostrophes or composition`(a: String, b: String) {
        #expect(words(a) == words(b))
        #expect(!words(a).isEmpty)
    }

    @Test func `In writing without spaces each pair of characters is a word`() {
        #expect(words("很好吃").count == 2)
        #expect(words("好").count == 1)
        #expect(Set(words("很好吃")).isSubset(of: words("真的很好吃的菜")))
        #expect(words("ok 好").count == 2)
        #expect(words("... !?").isEmpty)
    }

    @Test func `The similarity of texts of up to 32 words is the share of common words`() {
        #expect(similarity("a b c d e f g h i j", "a b c d e f g h i z") == 9.0 / 11)
        #expect(similarity("a b", "c d") == 0)
        #expect(similarity("A, b!", "b a") == 1)
        #expect(similarity("!", "?") == 0)
    }

    @Test(arguments: [0, 10, 30, 50, 70, 90, 99, 100])
    func `The similarity of longer texts is estimated`(common: Int) {
        let first = (0..<100).map { "w\($0)" }.joined(separator: " ")
        let second = (100 - common..<200 - common).map { "w\($0)" }.joined(separator: " ")
        let wanted = Double(common) / Double(200 - common)
        // Four standard errors.
        #expect(abs(similarity(first, second) - wanted) <= 4 * (wanted * (1 - wanted) / 128).squareRoot() + 0.02)
    }

    @Test func `A long text is compared with a short one`() {
        let long = (0..<36).map { "w\($0)" }.joined(separator: " ")
        let short = (0..<32).map { "w\($0)" }.joined(separator: " ")
        #expect(!TextSketch(WordSet(long)).isWhole && TextSketch(WordSet(short)).isWhole)
        #expect(abs(similarity(long, short) - 32.0 / 36) < 0.12)
    }
}
