/// How much each part of a text moved one output of a model, its logit.
package struct Attribution: Sendable {
    /// A part of the text, as a range of its bytes in UTF-8, and its share of the output.
    package struct Part: Sendable, Equatable {
        package let range: Range<Int>
        package let score: Double

        package init(_ range: Range<Int>, _ score: Double) { (self.range, self.score) = (range, score) }
    }

    /// What the output stands for.
    package struct Outcome: Sendable {
        /// The name of the label or, in a regression, of the number.
        package let label: String
        /// The probability or, in a regression, the number.
        package let value: Double
        package let logit: Double
        package let isProbability: Bool
        /// Whether the model gives this label; true in a regression.
        package let isGiven: Bool

        package init(label: String, value: Double, logit: Double, isProbability: Bool, isGiven: Bool) {
            (self.label, self.value, self.logit) = (label, value, logit)
            (self.isProbability, self.isGiven) = (isProbability, isGiven)
        }
    }

    package let text: String
    package let outcome: Outcome
    /// In order. Words that were truncated are not among them.
    package let words: [Part]
    /// The tokens with their spellings, in order; empty where words were measured themselves.
    package let tokens: [(piece: String, part: Part)]
    /// For each byte of the text, its part of the score of the token or word that it belongs to. White space has none.
    package let bytes: [Double]
    /// The scores of tokens that belong to no word.
    package let rest: Double
    /// For integrated gradients, how well the scores add up.
    package let completeness: Completeness?
    /// The number of tokens that were truncated.
    package let truncated: Int

    /// Scores of tokens, summed into words. A token's score is spread evenly over those of its bytes that belong to words.
    package init(
        _ text: String, _ outcome: Outcome, words: [Range<Int>], tokens: [(piece: String, part: Part)],
        completeness: Completeness, truncated: Int
    ) {
        let length = text.utf8.count
        var isInWord = [Bool](repeating: false, count: length)
        for word in words { for byte in word { isInWord[byte] = true } }
        var bytes = [Double](repeating: 0, count: length)
        var rest = 0.0
        for token in tokens {
            let places = token.part.range.filter { isInWord[$0] }
            for place in places { bytes[place] += token.part.score / Double(places.count) }
            if places.isEmpty { rest += token.part.score }
        }
        self.init(
            text, outcome, words: words.map { Part($0, bytes[$0].reduce(0, +)) }, tokens: tokens, bytes: bytes, rest: rest,
            completeness: completeness, truncated: truncated)
    }

    /// Scores of words. A word's score is spread evenly over its bytes.
    package init(_ text: String, _ outcome: Outcome, words: [Part], truncated: Int) {
        var bytes = [Double](repeating: 0, count: text.utf8.count)
        for word in words { for byte in word.range { bytes[byte] = word.score / Double(word.range.count) } }
        self.init(
            text, outcome, words: words, tokens: [], bytes: bytes, rest: 0, completeness: nil, truncated: truncated)
    }

    private init(
        _ text: String, _ outcome: Outcome, words: [Part], tokens: [(piece: String, part: Part)], bytes: [Double],
        rest: Double, completeness: Completeness?, truncated: Int
    ) {
        (self.text, self.outcome, self.words, self.tokens) = (text, outcome, words, tokens)
        (self.bytes, self.rest, self.completeness, self.truncated) = (bytes, rest, completeness, truncated)
    }

    /// The words by the magnitude of their scores, of equal ones the first in order.
    package var ranked: [Part] {
        words.enumerated().sorted { (abs($1.element.score), $0.offset) < (abs($0.element.score), $1.offset) }.map(\.element)
    }

    /// The largest magnitude of a word's score.
    var largest: Double { words.lazy.map { abs($0.score) }.max() ?? 0 }

    /// The text of a range of bytes.
    func string(_ range: Range<Int>) -> String {
        let start = text.utf8.index(text.startIndex, offsetBy: range.lowerBound)
        return String(decoding: text.utf8[start...].prefix(range.count), as: UTF8.self)
    }

    /// The text in order: words with their scores, and what stands between them without one.
    var pieces: [(text: String, score: Double?)] {
        var pieces: [(String, Double?)] = []
        var at = 0
        for word in words {
            if at < word.range.lowerBound { pieces.append((string(at..<word.range.lowerBound), nil)) }
            pieces.append((string(word.range), word.score))
            at = word.range.upperBound
        }
        if at < bytes.count { pieces.append((string(at..<bytes.count), nil)) }
        return pieces
    }
}
