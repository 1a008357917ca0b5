/// BERT's basic tokenizer: cleans a text, lower-cases it and strips accents according to its settings, and splits it into words and
/// punctuation marks.
///
/// Follows the order of transformers 4.57.3: the base class lower-cases scalar by scalar, then `BasicTokenizer.tokenize` runs. A word spelt
/// like a special token is not kept whole: a typed "[MASK]" is a bracket, a word and a bracket.
package struct BasicTokenizer: Sendable {
    /// The range of original bytes that a byte of a word came from.
    package typealias Origin = (start: Int32, end: Int32)

    private let isOn: Bool
    let lowercases: Bool
    private let stripsAccents: Bool
    private let separatesIdeographs: Bool

    /// The settings of an uncased model.
    package static let uncased = BasicTokenizer()

    private init() {
        (isOn, lowercases, stripsAccents, separatesIdeographs) = (true, true, true, true)
    }

    init(_ files: TokenizerFiles) throws(TokenizerError) {
        isOn = try files.flag("do_basic_tokenize", default: true)
        let lowercases = try files.flag("do_lower_case", default: files.family.lowercases)
        self.lowercases = isOn && lowercases
        let stripsAccents = try files.optionalFlag("strip_accents", default: nil) ?? lowercases
        self.stripsAccents = isOn && stripsAccents
        separatesIdeographs = try files.flag("tokenize_chinese_chars", default: true)
        guard files.list("never_split").isEmpty else {
            throw .badField(file: TokenizerFiles.config, name: "never_split", needs: "an empty list, because all text is split alike")
        }
    }

    /// A description of the settings.
    var traits: String {
        guard isOn else { return "white space only" }
        let accents = stripsAccents ? "accents stripped" : "accents kept"
        return (lowercases ? "uncased, " : "cased, ") + accents + (separatesIdeographs ? "" : ", ideographs not set apart")
    }

    /// Calls `body` with each word's bytes and their origins. In a very long word, scalars beyond `longest` may be omitted; the origin of
    /// the last one kept then extends over the rest.
    package func forEachWord(
        in text: String, longest: Int = .max, _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<Origin>) -> Void
    ) {
        var word = Word(longest: longest)
        forEachPart(of: text) { _, after in
            after.startsAfresh
        } _: { part in
            var text = part.text
            let isWhole = word.isEmpty && !part.endsWithinWord
            let isDone = isWhole && text.withUTF8 { bytes in isOn && forEachASCIIWord(in: bytes, from: part.start, body) }
            if !isDone { appendTraced(text, from: part.start, to: &word, body) }
            if !part.endsWithinWord { word.hand(to: body) }
        }
    }

    /// A word being assembled.
    private struct Word {
        private var bytes: [UInt8] = []
        private var origins: [Origin] = []
        private var count = 0
        private let longest: Int

        init(longest: Int) { self.longest = longest }

        var isEmpty: Bool { count == 0 }

        mutating func append(_ element: TracedText.Element) {
            count += 1
            guard count <= longest else {
                origins[origins.count - 1].end = element.end
                return
            }
            for byte in UTF8.encode(element.scalar) ?? UTF8.encodedReplacementCharacter {
                bytes.append(byte)
                origins.append((element.start, element.end))
            }
        }

        mutating func hand(to body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<Origin>) -> Void) {
            if isEmpty { return }
            bytes.withUnsafeBufferPointer { bytes in origins.withUnsafeBufferPointer { body(bytes, $0) } }
            bytes.removeAll(keepingCapacity: true)
            origins.removeAll(keepingCapacity: true)
            count = 0
        }
    }

    /// Fast path for ASCII text. Returns false, and does nothing, for any other text.
    private func forEachASCIIWord(
        in text: UnsafeBufferPointer<UInt8>, from start: Int, _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<Origin>) -> Void
    ) -> Bool {
        guard text.allSatisfy({ $0 < 0x80 }) else { return false }
        let classes = asciiClasses
        func origin(_ at: Int) -> Origin { (Int32(start + at), Int32(start + at) + 1) }
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
                        origins[0] = origin(at)
                        count = 1
                        flush()
                    case .letter:
                        word[count] = lowercases && byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
                        origins[count] = origin(at)
                        count += 1
                    }
                }
                flush()
            }
        }
        return true
    }

    /// Emits the words of a part of the text, except the last, which the next part may continue.
    private func appendTraced(
        _ text: String, from start: Int, to word: inout Word,
        _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<Origin>) -> Void
    ) {
        var traced = TracedText(text, from: start)
        if isOn {
            if lowercases { traced.lowercaseEach(keeping: nil) }
            clean(&traced)
            // If accents are stripped, composing first would be wasted work.
            if !stripsAccents { traced.compose() }
            if lowercases { traced.lowercase() }
            if stripsAccents {
                traced.decompose(.canonical)
                traced.dropMarks { $0.properties.generalCategory == .nonspacingMark }
            }
        }
        for element in traced.elements {
            if element.scalar.isPythonSpace {
                word.hand(to: body)
            } else if isOn, element.scalar.isBertPunctuation {
                word.hand(to: body)
                word.append(element)
                word.hand(to: body)
            } else {
                word.append(element)
            }
        }
    }

    /// Drops NUL, U+FFFD and control characters, turns all white space into spaces, and puts spaces around ideographs.
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
