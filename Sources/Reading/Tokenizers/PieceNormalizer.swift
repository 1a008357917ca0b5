/// What libsentencepiece does to a text before it looks for pieces (normalizer.cc), for models whose pieces are found here.
///
/// The library hands out the normalised text only with pieces that it has found itself, which takes longer than all the rest. It
/// stays the judge: the tests compare.
struct PieceNormalizer: Sendable {
    /// The compiled rules: a double array in units of 32 bits, and the replacements, each closed by a zero. ``SentencePieceCheck`` has seen them.
    private let units: [UInt32]
    private let replacements: [UInt8]
    /// The user's symbols, which no rule rewrites.
    private let symbols: PieceTrie?
    private let addsPrefix: Bool
    private let trimsSpaces: Bool
    private let escapesSpaces: Bool

    /// Nil where the model asks for something else.
    init?(_ bytes: [UInt8], symbols: PieceTrie?) {
        guard let settings = SerializedModel.normalization(bytes), !settings.spaceAsSuffix else { return nil }
        (addsPrefix, trimsSpaces, escapesSpaces) = (settings.addsWordStart, settings.trimsSpaces, settings.escapesSpaces)
        let rules = settings.rules.indices
        self.symbols = symbols
        func word(_ at: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << UInt32(8 * $1) } }
        if rules.isEmpty {
            (units, replacements) = ([], [])
        } else {
            let start = rules.lowerBound + 4
            let end = start + Int(word(rules.lowerBound))
            units = stride(from: start, to: end, by: 4).map(word)
            replacements = Array(bytes[end..<rules.upperBound])
        }
    }

    /// Appends the normalised text to `result` and, where wanted, for each of its bytes and its end the place in `text` that it came from.
    func normalize(_ text: UnsafeBufferPointer<UInt8>, into result: inout [UInt8], places: inout [Int32], wantsPlaces: Bool) {
        units.withUnsafeBufferPointer { units in
            replacements.withUnsafeBufferPointer { replacements in
                var at = 0
                func isSpace(_ next: UnsafeBufferPointer<UInt8>) -> Bool { next.count == 1 && next[0] == 0x20 }
                while trimsSpaces, at < text.count {
                    let (next, width) = rewrite(text, at, units, replacements)
                    guard isSpace(next) else { break }
                    at += width
                }
                guard at < text.count else {
                    if wantsPlaces { places.append(Int32(at)) }
                    return
                }
                func appendSpace() {
                    if escapesSpaces {
                        result.append(0xE2)
                        result.append(0x96)
                        result.append(0x81)
                        if wantsPlaces { for _ in 0..<3 { places.append(Int32(at)) } }
                    } else {
                        result.append(0x20)
                        if wantsPlaces { places.append(Int32(at)) }
                    }
                }
                if addsPrefix { appendSpace() }
                var followsSpace = trimsSpaces
                while at < text.count {
                    let (next, width) = rewrite(text, at, units, replacements)
                    var from = 0
                    while followsSpace, from < next.count, next[from] == 0x20 { from += 1 }
                    for byte in next[from...] {
                        if byte == 0x20 {
                            appendSpace()
                        } else {
                            result.append(byte)
                            if wantsPlaces { places.append(Int32(at)) }
                        }
                    }
                    if from < next.count { followsSpace = next[next.count - 1] == 0x20 }
                    if !trimsSpaces { followsSpace = false }
                    at += width
                }
                let space: [UInt8] = escapesSpaces ? [0xE2, 0x96, 0x81] : [0x20]
                while trimsSpaces, result.count >= space.count, result.suffix(space.count).elementsEqual(space) {
                    result.removeLast(space.count)
                    if wantsPlaces {
                        at = Int(places[result.count])
                        places.removeLast(space.count)
                    }
                }
                if wantsPlaces { places.append(Int32(at)) }
            }
        }
    }

    /// What the text at a place becomes, and how many bytes of it: the longest rule that applies, else a character as it is.
    @inline(__always)
    private func rewrite(
        _ text: UnsafeBufferPointer<UInt8>, _ at: Int, _ units: UnsafeBufferPointer<UInt32>, _ replacements: UnsafeBufferPointer<UInt8>
    ) -> (UnsafeBufferPointer<UInt8>, Int) {
        let rest = UnsafeBufferPointer(rebasing: text[at...])
        if let symbols, let symbol = symbols.longest(rest) { return (UnsafeBufferPointer(rebasing: rest[..<symbol.length]), symbol.length) }
        var length = 0
        var value = 0
        if !units.isEmpty {
            func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & 1 << 9) >> 6)) }
            var node = offset(units[0])
            for index in 0..<rest.count {
                node ^= Int(rest[index])
                let unit = units[node]
                guard unit & 0x8000_00FF == UInt32(rest[index]) else { break }
                node ^= offset(unit)
                if unit & 1 << 8 != 0 {
                    length = index + 1
                    value = Int(units[node] & 0x7FFF_FFFF)
                }
            }
        }
        if length == 0 {
            let width = min(Unigram.width(rest[0]), rest.count)
            return (UnsafeBufferPointer(rebasing: rest[..<width]), width)
        }
        var end = value
        while replacements[end] != 0 { end += 1 }
        return (UnsafeBufferPointer(rebasing: replacements[value..<end]), length)
    }
}
