/// A model's normalisation, repeated to find where each byte of its result came from.
///
/// The library locates a piece only to within the combined output of a rule: if a rule puts spaces around a mark, the mark and the word
/// after it swap positions. (google/sentencepiece, normalizer.cc, `Normalize`.)
struct NormalizationTrace: Sendable {
    private let table: NormalizationTable
    private let addsWordStart: Bool
    private let trimsSpaces: Bool

    /// Nil for a model whose normalisation includes steps that are not traced.
    init?(_ bytes: [UInt8], rules: NormalizationTable) {
        guard let settings = SentencePieceFile.normalization(bytes), !settings.spaceAsSuffix, settings.escapesSpaces else { return nil }
        addsWordStart = settings.addsWordStart
        trimsSpaces = settings.trimsSpaces
        table = rules
    }

    func trace(_ text: UnsafeBufferPointer<UInt8>) -> AlignedText { table.withRules { trace(text, $0) } }

    private func trace(_ text: UnsafeBufferPointer<UInt8>, _ rules: NormalizationTable.Rules) -> AlignedText {
        var result = AlignedText(capacity: text.count + 16)
        var at = 0
        func next() -> (source: Range<Int>, output: Slice<UnsafeBufferPointer<UInt8>>) {
            if let (length, replacement) = rules.longest(UnsafeBufferPointer(rebasing: text[at...])) {
                return (at..<at + length, replacement[...])
            }
            let end = min(text.count, at + characterWidth(text[at]))
            return (at..<end, text[at..<end])
        }
        if trimsSpaces {
            while at < text.count {
                let (source, output) = next()
                guard output.elementsEqual([0x20]) else { break }
                at = source.upperBound
            }
        }
        guard at < text.count else { return result }
        if addsWordStart { result.append(wordStart: at..<at) }
        var isAfterSpace = trimsSpaces
        while at < text.count {
            var (source, output) = next()
            if isAfterSpace { output = output.drop { $0 == 0x20 } }
            for byte in output {
                if byte == 0x20 {
                    result.append(wordStart: source)
                } else {
                    result.append(byte, Int32(source.lowerBound), Int32(source.upperBound))
                }
            }
            if let last = output.last { isAfterSpace = last == 0x20 }
            if !trimsSpaces { isAfterSpace = false }
            at = source.upperBound
        }
        if trimsSpaces {
            while result.bytes.suffix(3).elementsEqual("▁".utf8) { for _ in 0..<3 { result.removeLast() } }
        }
        return result
    }
}

extension AlignedText {
    fileprivate mutating func append(wordStart source: Range<Int>) {
        for byte in "▁".utf8 { append(byte, Int32(source.lowerBound), Int32(source.upperBound)) }
    }

    /// The origin of the piece at `range`: the word's text without the space before it. A lone space has an empty origin.
    func origin(ofPiece range: Range<Int>) -> Range<Int> {
        guard bytes[range].starts(with: "▁".utf8) else { return origin(range) }
        let start = origin(range).lowerBound
        return range.count > 3 ? origin(range.lowerBound + 3..<range.upperBound) : start..<start
    }
}
