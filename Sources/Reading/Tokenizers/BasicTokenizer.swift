/// BERT's basic tokenizer: cleans a text, lower-cases it and strips accents by its settings, and cuts it into words and marks.
///
/// In the order of transformers 4.57.3: the base class's lower-casing scalar by scalar, then `BasicTokenizer.tokenize`.
struct BasicTokenizer: Sendable {
    /// The bytes of the original that a byte of a word came from.
    typealias Origin = (start: Int32, end: Int32)

    private let isOn: Bool
    private let lowercases: Bool
    private let stripsAccents: Bool
    private let separatesIdeographs: Bool
    /// Words that are kept as they are: those spelt like special tokens, and the folder's own list.
    private let whole: Set<[UInt8]>
    /// Spellings that the first lower-casing leaves alone.
    private let kept: [[Unicode.Scalar]]
    /// The bytes, in lower case, with which a word to be kept whole may begin: a text without them needs no look at its words.
    private let wholeStarts: [Bool]

    init(_ files: TokenizerFiles) throws(TokenizerError) {
        isOn = try files.flag("do_basic_tokenize", default: true)
        let lowercases = try files.flag("do_lower_case", default: files.family.lowercases)
        self.lowercases = isOn && lowercases
        let stripsAccents = try files.optionalFlag("strip_accents", default: nil) ?? lowercases
        self.stripsAccents = isOn && stripsAccents
        separatesIdeographs = try files.flag("tokenize_chinese_chars", default: true)
        whole = Set((files.allSpecials + files.list("never_split")).map { Array($0.utf8) })
        kept = files.keptInLowercasing.map { Array($0.unicodeScalars) }
        var wholeStarts = Array(repeating: false, count: 256)
        for token in whole + kept.map({ Array(String(String.UnicodeScalarView($0)).utf8) }) {
            if let first = token.first { wholeStarts[Int(first >= 0x41 && first <= 0x5A ? first | 0x20 : first)] = true }
        }
        self.wholeStarts = wholeStarts
    }

    /// Words about the settings.
    var traits: String {
        guard isOn else { return "white space only" }
        let accents = stripsAccents ? "accents stripped" : "accents kept"
        return (lowercases ? "uncased, " : "cased, ") + accents + (separatesIdeographs ? "" : ", ideographs not set apart")
    }

    /// Calls `body` with each word's bytes and their origins.
    func forEachWord(in text: String, _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<Origin>) -> Void) {
        var text = text
        let isDone = text.withUTF8 { bytes in isOn && forEachASCIIWord(in: bytes, body) }
        if !isDone { forEachTracedWord(in: text, body) }
    }

    /// The quick way, for a text of ASCII in which no word can be a special token; false, and nothing done, for any other.
    private func forEachASCIIWord(
        in text: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<Origin>) -> Void
    ) -> Bool {
        let isPlain = wholeStarts.withUnsafeBufferPointer { starts in
            text.allSatisfy { $0 < 0x80 && !starts[Int($0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0)] }
        }
        guard isPlain else { return false }
        let classes = asciiClasses
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count) { word in
            withUnsafeTemporaryAllocation(of: Origin.self, capacity: text.count) { origins in
                var count = 0
                func flush() {
                    guard count > 0 else { return }
                    body(UnsafeBufferPointer(rebasing: word[..<count]), UnsafeBufferPointer(rebasing: origins[..<count]))
                    count = 0
                }
                for at in text.indices {
                    let byte = text[at]
                    switch classes[Int(byte)] {
                    case .dropped: continue
                    case .space: flush()
                    case .mark:
                        flush()
                        word[0] = byte
                        origins[0] = (Int32(at), Int32(at) + 1)
                        count = 1
                        flush()
                    case .letter:
                        word[count] = lowercases && byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
                        origins[count] = (Int32(at), Int32(at) + 1)
                        count += 1
                    }
                }
                flush()
            }
        }
        return true
    }

    private func forEachTracedWord(in text: String, _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<Origin>) -> Void) {
        var traced = TracedText(text)
        if isOn {
            if lowercases { traced.lowercaseEach(keeping: kept) }
            clean(&traced)
            // Accents are about to be taken off their letters, so there is no use in putting them on first.
            if !stripsAccents { traced.compose() }
        }
        for part in traced.elements.split(whereSeparator: \.scalar.isPythonSpace) {
            var word = TracedText(elements: Array(part))
            var bytes = word.aligned()
            guard isOn, !whole.contains(bytes.bytes) else {
                Self.hand(bytes, body)
                continue
            }
            if lowercases { word.lowercase() }
            if stripsAccents {
                word.decompose(.canonical)
                word.dropMarks { $0.properties.generalCategory == .nonspacingMark }
            }
            // Only now, rewritten, may a word have become one that is kept whole.
            bytes = word.aligned()
            guard !whole.contains(bytes.bytes) else {
                Self.hand(bytes, body)
                continue
            }
            var start = 0
            for (at, element) in word.elements.enumerated() where element.scalar.isBertPunctuation {
                for range in [start..<at, at..<at + 1] where !range.isEmpty {
                    bytes = TracedText(elements: Array(word.elements[range])).aligned()
                    Self.hand(bytes, body)
                }
                start = at + 1
            }
            if start < word.elements.count {
                bytes = TracedText(elements: Array(word.elements[start...])).aligned()
                Self.hand(bytes, body)
            }
        }
    }

    private static func hand(_ word: AlignedText, _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<Origin>) -> Void) {
        guard !word.bytes.isEmpty else { return }
        let origins: [Origin] = zip(word.starts, word.ends).map { ($0, $1) }
        word.bytes.withUnsafeBufferPointer { bytes in origins.withUnsafeBufferPointer { body(bytes, $0) } }
    }

    /// Drops what carries no text, makes every white space a space, and sets ideographs apart.
    private func clean(_ text: inout TracedText) {
        var result: [TracedText.Element] = []
        result.reserveCapacity(text.elements.count)
        for var element in text.elements {
            if element.scalar.isBertSpace {
                element.scalar = " "
                result.append(element)
            } else if element.scalar.value == 0 || element.scalar.value == 0xFFFD || element.scalar.isBertControl {
                continue
            } else if separatesIdeographs, element.scalar.isBertIdeograph {
                let space = TracedText.Element(scalar: " ", start: element.start, end: element.start)
                result += [space, element, space]
            } else {
                result.append(element)
            }
        }
        text.elements = result
    }
}

private enum ASCIIClass: Sendable { case dropped, space, mark, letter }

private let asciiClasses: [ASCIIClass] = (0..<128).map { byte in
    let scalar = Unicode.Scalar(UInt8(byte))
    if scalar.isBertSpace { return .space }
    if scalar.isBertControl { return .dropped }
    return scalar.isBertPunctuation ? .mark : .letter
}
