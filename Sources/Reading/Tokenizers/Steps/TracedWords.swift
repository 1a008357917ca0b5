/// The words of a text, whose scalars remember what bytes they came from.
struct TracedWords {
    private(set) var elements: [TracedText.Element]
    /// The scalars of each word. Words are in order and not empty.
    private(set) var words: [Range<Int>]

    /// A text as one word.
    init(_ text: TracedText) {
        elements = text.elements
        words = elements.isEmpty ? [] : [0..<elements.count]
    }

    /// What a split does with a scalar.
    enum Role: Equatable {
        case dropped
        /// The scalar is a word.
        case alone
        /// It belongs to the word of its neighbours with the same number.
        case joined(Int)
    }

    /// Splits each word by the roles of its scalars.
    mutating func split(_ role: (Unicode.Scalar) -> Role) {
        var result: [Range<Int>] = []
        result.reserveCapacity(words.count * 2)
        for word in words {
            var start = word.lowerBound
            var last: Role?
            func flush(_ end: Int) { if start < end { result.append(start..<end) } }
            for at in word {
                let next = role(elements[at].scalar)
                if next == .alone || next != last {
                    flush(at)
                    start = at
                }
                if next == .dropped { start = at + 1 }
                last = next
            }
            flush(word.upperBound)
        }
        words = result
    }

    /// Splits each word before each `mark`.
    mutating func split(before mark: Unicode.Scalar) {
        var result: [Range<Int>] = []
        result.reserveCapacity(words.count * 2)
        for word in words {
            var start = word.lowerBound
            for at in word.dropFirst() where elements[at].scalar == mark {
                result.append(start..<at)
                start = at
            }
            result.append(start..<word.upperBound)
        }
        words = result
    }

    /// Turns spaces into `mark`, and puts one before each word, given by its index, that has none and needs one.
    mutating func markSpaces(_ mark: Unicode.Scalar, _ needsMark: (Int) -> Bool) {
        for at in elements.indices where elements[at].scalar == " " { elements[at].scalar = mark }
        prepend(mark) { index, first in first != mark && needsMark(index) }
    }

    /// Puts a space before each word that does not begin with one.
    mutating func addSpaces() { prepend(" ") { $1 != " " } }

    private mutating func prepend(_ scalar: Unicode.Scalar, _ isNeeded: (_ index: Int, _ first: Unicode.Scalar) -> Bool) {
        var result: [TracedText.Element] = []
        result.reserveCapacity(elements.count + words.count)
        for (index, word) in words.enumerated() {
            let first = elements[word.lowerBound]
            let start = result.count
            if isNeeded(index, first.scalar) { result.append(TracedText.Element(scalar: scalar, start: first.start, end: first.start)) }
            result += elements[word]
            words[index] = start..<result.count
        }
        elements = result
    }

    /// Splits each word by GPT-2's expression.
    mutating func splitLikeGPT2() {
        var result: [Range<Int>] = []
        for word in words {
            var bytes: [UInt8] = []
            for element in elements[word] { bytes += UTF8.encode(element.scalar) ?? UTF8.encodedReplacementCharacter }
            var start = word.lowerBound
            bytes.withUnsafeBufferPointer { bytes in
                WordSplitter.forEachWord(in: bytes) { part in
                    let end = start + bytes[part].lazy.filter { $0 & 0xC0 != 0x80 }.count
                    result.append(start..<end)
                    start = end
                }
            }
        }
        words = result
    }

    /// Calls `body` with each word as bytes.
    func forEachWord(_ body: (AlignedText) -> Void) {
        for word in words {
            var bytes = AlignedText(capacity: word.count)
            bytes.append(TracedText(elements: Array(elements[word])))
            body(bytes)
        }
    }
}
