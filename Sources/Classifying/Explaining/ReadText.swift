import TenorMeasuring
import TenorReading

/// A text or a pair of texts as a model reads it. Places are ranges of bytes of ``InputText/shown``.
struct ReadText {
    let text: InputText
    let placed: PlacedRow
    /// The words that the model reads.
    let words: [Range<Int>]

    init(_ text: InputText, _ classifier: TextClassifier) {
        let placed = classifier.encoder.placed(text)
        (self.text, self.placed) = (text, placed)
        let seconds = text.second.map(wordRanges) ?? []
        let words = wordRanges(of: text.first) + seconds.map { $0.lowerBound + text.secondStart..<$0.upperBound + text.secondStart }
        self.words = words.filter { word in placed.parts.contains { word.clamped(to: $0) == word } }
    }

    /// What the model reads of the text, without a range of its bytes.
    func without(_ range: Range<Int>) -> InputText {
        let bytes = Array(text.shown.utf8)
        let parts = placed.parts.map { part in String(decoding: part.filter { !range.contains($0) }.map { bytes[$0] }, as: UTF8.self) }
        return text.second == nil ? InputText(parts.joined(separator: " ")) : InputText(parts[0], parts[1])
    }
}
