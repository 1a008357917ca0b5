/// The normalisation rules compiled into a SentencePiece model, read for checking and for tracing what they did to a text.
///
/// The table is the byte length of a double-array trie, the trie in 32-bit units, and the replacements, each closed by a zero.
/// (google/sentencepiece, normalizer.cc; s-yata/darts-clone for the units.)
struct NormalizationTable: Sendable {
    private let units: [UInt32]
    private let replacements: [UInt8]

    /// Nil where the bytes are no table, or where a path through them would lead outside.
    init?(_ table: ArraySlice<UInt8>) {
        let bytes = Array(table)
        func word(_ at: Int) -> UInt32 {
            UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
        }
        guard bytes.count > 4 else { return nil }
        let trieBytes = Int(word(0))
        guard trieBytes >= 1024, trieBytes % 1024 == 0, trieBytes < bytes.count - 4, bytes.last == 0 else { return nil }
        units = (0..<trieBytes / 4).map { word(4 + $0 * 4) }
        replacements = Array(bytes[(4 + trieBytes)...])
        guard isSound else { return nil }
    }

    /// The length of the longest rule that `text` begins with, and what it becomes.
    func longest(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> (length: Int, replacement: ArraySlice<UInt8>)? {
        var found: (length: Int, replacement: Int)?
        var place = children(0)
        for (at, byte) in text.enumerated() {
            place ^= Int(byte)
            let unit = units[place]
            guard unit & 0x8000_00FF == UInt32(byte) else { break }
            let base = children(place)
            if unit & 1 << 8 != 0 { found = (at + 1, Int(units[base] & 0x7FFF_FFFF)) }
            place = base
        }
        guard let found else { return nil }
        let rest = replacements[found.replacement...]
        return (found.length, rest.prefix { $0 != 0 })
    }

    private func children(_ unit: Int) -> Int { unit ^ Int((units[unit] >> 10) << ((units[unit] & 1 << 9) >> 6)) }

    private var isSound: Bool {
        for (index, unit) in units.enumerated() {
            if unit >> 31 == 1 {
                guard Int(unit & 0x7FFF_FFFF) < replacements.count else { return false }
            } else {
                // A child lies at this place with its low byte changed, so the block of 256 units must exist.
                guard children(index) < units.count else { return false }
            }
        }
        // No path may turn in a circle, or spell more nested rules than the library keeps room for.
        let unknown: Int8 = -1
        let underWay: Int8 = -2
        var depths = [Int8](repeating: unknown, count: units.count)
        var stack = [(node: 0, next: 1, deepest: Int8(0))]
        while let top = stack.popLast() {
            var (node, next, deepest) = top
            let base = children(node)
            var descended = false
            while next < 256 {
                let child = base ^ next
                next += 1
                guard units[child] >> 31 == 0, Int(units[child] & 0xFF) == next - 1, child != node else { continue }
                if depths[child] == underWay { return false }
                if depths[child] == unknown {
                    stack.append((node, next - 1, deepest))
                    stack.append((child, 1, 0))
                    depths[child] = underWay
                    descended = true
                    break
                }
                deepest = max(deepest, depths[child])
            }
            if descended { continue }
            let hasValue = units[node] & 1 << 8 != 0
            if hasValue, units[base] >> 31 == 0 { return false }
            depths[node] = deepest + (hasValue ? 1 : 0)
            if depths[node] > 32 { return false }
        }
        return true
    }
}

/// A model's normalisation, done once more to learn where each byte of its result came from.
///
/// The library tells where a piece lies only to within what its rules put there together: where a rule sets a mark apart by spaces,
/// the mark and the word after it change places. (google/sentencepiece, normalizer.cc, `Normalize`.)
struct NormalizationTrace: Sendable {
    private let table: NormalizationTable?
    private let addsWordStart: Bool
    private let trimsSpaces: Bool

    /// Nil for a model whose normalisation has parts that are not traced.
    init?(_ bytes: [UInt8]) {
        guard let settings = SerializedModel.normalization(bytes), !settings.spaceAsSuffix, settings.escapesSpaces else { return nil }
        addsWordStart = settings.addsWordStart
        trimsSpaces = settings.trimsSpaces
        table = settings.rules.isEmpty ? nil : NormalizationTable(settings.rules)
        if table == nil, !settings.rules.isEmpty { return nil }
    }

    func trace(_ text: UnsafeBufferPointer<UInt8>) -> AlignedText {
        var result = AlignedText(capacity: text.count + 16)
        var at = 0
        func next() -> (source: Range<Int>, output: ArraySlice<UInt8>) {
            if let (length, replacement) = table?.longest(text[at...]) { return (at..<at + length, replacement) }
            let first = text[at]
            let end = min(text.count, at + (first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4))
            return (at..<end, ArraySlice(text[at..<end]))
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

    /// Where a piece came from that lies at `range` here: the word's text without the space before it. A space alone came from nothing.
    func origin(ofPiece range: Range<Int>) -> Range<Int> {
        guard bytes[range].starts(with: "▁".utf8) else { return origin(range) }
        let start = origin(range).lowerBound
        return range.count > 3 ? origin(range.lowerBound + 3..<range.upperBound) : start..<start
    }
}
