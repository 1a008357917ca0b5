/// What libsentencepiece does to a text before it looks for pieces (normalizer.cc), for models whose pieces are found here.
///
/// The library returns the normalised text only together with pieces that it has found itself, which takes longer than all the rest. It
/// remains the reference: the tests compare against it.
struct PieceNormalizer: Sendable {
    private let rules: NormalizationTable
    /// User-defined symbols, which no rule rewrites.
    private let symbols: PieceTrie?
    private let addsPrefix: Bool
    private let trimsSpaces: Bool
    private let escapesSpaces: Bool
    private let cutsAtWordStarts: Bool

    /// - Parameter cutsAtWordStarts: whether a run may end where a word starts.
    init(_ settings: SentencePieceFile.Normalization, rules: NormalizationTable, symbols: PieceTrie?, cutsAtWordStarts: Bool) {
        (addsPrefix, trimsSpaces, escapesSpaces) = (settings.addsWordStart, settings.trimsSpaces, settings.escapesSpaces)
        self.rules = rules
        self.symbols = symbols
        self.cutsAtWordStarts = cutsAtWordStarts && settings.escapesSpaces
    }

    /// Calls `receive` with the normalised text, one run at a time, and, if wanted, with the position in `text` that each byte of the run
    /// and its end came from. Runs are short where cuts are allowed, so that a long text needs no more memory than a short one.
    func forEachRun(
        of text: UnsafeBufferPointer<UInt8>, wantsPlaces: Bool, _ receive: (UnsafeBufferPointer<UInt8>, _ places: [Int32]) -> Void
    ) {
        rules.withRules { rules in
            var at = 0
            while trimsSpaces, at < text.count {
                let (next, width) = rewrite(text, at, rules)
                guard next.count == 1, next[0] == 0x20 else { break }
                at += width
            }
            guard at < text.count else { return }
            var run = Run(capacity: text.count + 16, escapesSpaces: escapesSpaces, wantsPlaces: wantsPlaces)
            if addsPrefix { run.appendSpace(from: at) }
            var followsSpace = trimsSpaces
            while at < text.count {
                let (next, width) = rewrite(text, at, rules)
                var from = 0
                while followsSpace, from < next.count, next[from] == 0x20 { from += 1 }
                for byte in next[from...] {
                    guard byte == 0x20 else {
                        run.append(byte, from: at)
                        continue
                    }
                    // Spaces at the text's end may still be trimmed, so trailing spaces stay together.
                    if cutsAtWordStarts, run.isLong, !run.endsWithSpace { run.give(to: receive, end: at) }
                    run.appendSpace(from: at)
                }
                if from < next.count { followsSpace = next[next.count - 1] == 0x20 }
                if !trimsSpaces { followsSpace = false }
                at += width
            }
            while trimsSpaces, run.endsWithSpace { at = run.removeSpace(end: at) }
            run.give(to: receive, end: at)
        }
    }

    /// A run of normalised text being built.
    private struct Run {
        private var bytes: [UInt8] = []
        private var places: [Int32] = []
        private let escapesSpaces: Bool
        private let wantsPlaces: Bool

        private static let length = 128
        private static let wordStart = (first: UInt8(0xE2), second: UInt8(0x96), third: UInt8(0x81))

        init(capacity: Int, escapesSpaces: Bool, wantsPlaces: Bool) {
            (self.escapesSpaces, self.wantsPlaces) = (escapesSpaces, wantsPlaces)
            bytes.reserveCapacity(min(capacity, 2 * Self.length))
            if wantsPlaces { places.reserveCapacity(min(capacity, 2 * Self.length)) }
        }

        var isLong: Bool { bytes.count >= Self.length }

        @inline(__always)
        mutating func append(_ byte: UInt8, from place: Int) {
            bytes.append(byte)
            if wantsPlaces { places.append(Int32(place)) }
        }

        mutating func appendSpace(from place: Int) {
            guard escapesSpaces else { return append(0x20, from: place) }
            append(Self.wordStart.first, from: place)
            append(Self.wordStart.second, from: place)
            append(Self.wordStart.third, from: place)
        }

        var endsWithSpace: Bool {
            guard escapesSpaces else { return bytes.last == 0x20 }
            let end = bytes.count
            return end >= 3 && bytes[end - 1] == Self.wordStart.third && bytes[end - 2] == Self.wordStart.second
                && bytes[end - 3] == Self.wordStart.first
        }

        /// Returns the position that the space came from, which becomes the text's end.
        mutating func removeSpace(end: Int) -> Int {
            let width = escapesSpaces ? 3 : 1
            bytes.removeLast(width)
            guard wantsPlaces else { return end }
            defer { places.removeLast(width) }
            return Int(places[bytes.count])
        }

        mutating func give(to receive: (UnsafeBufferPointer<UInt8>, [Int32]) -> Void, end: Int) {
            if wantsPlaces { places.append(Int32(end)) }
            bytes.withUnsafeBufferPointer { receive($0, places) }
            bytes.removeAll(keepingCapacity: true)
            places.removeAll(keepingCapacity: true)
        }
    }

    /// What the text at a position becomes, and how many of its bytes that covers: a user-defined symbol as is, else the longest matching
    /// rule, else one character as is.
    @inline(__always)
    private func rewrite(
        _ text: UnsafeBufferPointer<UInt8>, _ at: Int, _ rules: NormalizationTable.Rules
    ) -> (UnsafeBufferPointer<UInt8>, Int) {
        let rest = UnsafeBufferPointer(rebasing: text[at...])
        if let symbols, let symbol = symbols.longest(rest) { return (UnsafeBufferPointer(rebasing: rest[..<symbol.length]), symbol.length) }
        if let (length, replacement) = rules.longest(rest) { return (replacement, length) }
        let width = min(characterWidth(rest[0]), rest.count)
        return (UnsafeBufferPointer(rebasing: rest[..<width]), width)
    }
}
