import Foundation
import Synchronization

/// A text that is being rewritten, scalar by scalar, where each scalar remembers which bytes of the original it came from.
struct TracedText {
    struct Element {
        var scalar: Unicode.Scalar
        var start: Int32
        var end: Int32
    }

    var elements: [Element]

    init(elements: [Element]) { self.elements = elements }

    /// - Parameter start: the place of the text in the original.
    init(_ text: String, from start: Int = 0) {
        elements = []
        elements.reserveCapacity(text.utf8.count)
        var at = Int32(start)
        for scalar in text.unicodeScalars {
            let end = at + Int32(UTF8.width(scalar))
            elements.append(Element(scalar: scalar, start: at, end: end))
            at = end
        }
    }

    /// Each scalar in lower case by itself, but for stretches spelt like one of `kept`.
    ///
    /// This is what transformers does to a text before a slow tokenizer that lower-cases sees it. Taken one at a time, a capital
    /// sigma has no neighbours, so it never becomes a final one.
    mutating func lowercaseEach(keeping kept: [[Unicode.Scalar]]) {
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        var at = 0
        while at < elements.count {
            if let length = lengthOfFirst(of: kept, at: at) {
                result += elements[at..<at + length]
                at += length
            } else {
                Self.appendLowercased(elements[at], to: &result)
                at += 1
            }
        }
        elements = result
    }

    private func lengthOfFirst(of kept: [[Unicode.Scalar]], at: Int) -> Int? {
        for token in kept where !token.isEmpty && token.count <= elements.count - at {
            if token.indices.allSatisfy({ elements[at + $0].scalar == token[$0] }) { return token.count }
        }
        return nil
    }

    /// The whole text in lower case, as Python's `str.lower` does it: a capital sigma that ends a word becomes a final one.
    mutating func lowercase() {
        guard elements.contains(where: { $0.scalar.value >= 0x80 || $0.scalar.isASCIICapital }) else { return }
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            if element.scalar == "Σ", isFinalSigma(index) {
                result.append(Element(scalar: "ς", start: element.start, end: element.end))
            } else {
                Self.appendLowercased(element, to: &result)
            }
        }
        elements = result
    }

    private func isFinalSigma(_ index: Int) -> Bool {
        let before = elements[..<index].last { !$0.scalar.properties.isCaseIgnorable }
        let after = elements[(index + 1)...].first { !$0.scalar.properties.isCaseIgnorable }
        return before.map(\.scalar.properties.isCased) == true && after.map(\.scalar.properties.isCased) != true
    }

    private static func appendLowercased(_ element: Element, to result: inout [Element]) {
        if element.scalar.value < 0x80 {
            var element = element
            if element.scalar.isASCIICapital { element.scalar = Unicode.Scalar(UInt8(element.scalar.value | 0x20)) }
            result.append(element)
        } else {
            for scalar in element.scalar.properties.lowercaseMapping.unicodeScalars {
                result.append(Element(scalar: scalar, start: element.start, end: element.end))
            }
        }
    }

    /// Runs of Python's white space become one space, and none is left at the ends.
    mutating func joinWords() {
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        var space: Element?
        for element in elements {
            if element.scalar.isPythonSpace {
                space = Element(scalar: " ", start: space?.start ?? element.start, end: element.end)
            } else {
                if let space, !result.isEmpty { result.append(space) }
                space = nil
                result.append(element)
            }
        }
        elements = result
    }

    /// Two backquotes or two apostrophes become a quotation mark.
    mutating func joinQuotes() {
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        for element in elements {
            // A pair already joined is a quotation mark by now, so it pairs with nothing.
            if let last = result.last, last.scalar == element.scalar, element.scalar == "`" || element.scalar == "'" {
                result[result.count - 1] = Element(scalar: "\"", start: last.start, end: element.end)
            } else {
                result.append(element)
            }
        }
        elements = result
    }

    enum Decomposition { case canonical, compatibility }

    /// The normal form D or KD.
    mutating func decompose(_ form: Decomposition) {
        guard elements.contains(where: { $0.scalar.value >= 0x80 }) else { return }
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        for element in elements {
            if element.scalar.value < 0x80 {
                result.append(element)
            } else {
                for scalar in Self.decomposition(element.scalar, form) {
                    result.append(Element(scalar: scalar, start: element.start, end: element.end))
                }
            }
        }
        // Marks stand in the order of their combining class; those of one class keep theirs.
        for index in result.indices.dropFirst() {
            let element = result[index]
            guard element.scalar.value >= 0x300 else { continue }
            let rank = element.scalar.properties.canonicalCombiningClass.rawValue
            guard rank != 0 else { continue }
            var at = index
            while at > 0, result[at - 1].scalar.properties.canonicalCombiningClass.rawValue > rank {
                result[at] = result[at - 1]
                at -= 1
            }
            result[at] = element
        }
        elements = result
    }

    /// Foundation's answers for one scalar at a time, kept, because a text repeats its letters.
    private static let decompositions = Mutex<[UInt64: [Unicode.Scalar]]>([:])

    private static func decomposition(_ scalar: Unicode.Scalar, _ form: Decomposition) -> [Unicode.Scalar] {
        let key = UInt64(scalar.value) << 1 | (form == .canonical ? 0 : 1)
        return decompositions.withLock { known in
            if let scalars = known[key] { return scalars }
            let text = String(scalar)
            let form = form == .canonical ? text.decomposedStringWithCanonicalMapping : text.decomposedStringWithCompatibilityMapping
            let scalars = Array(form.unicodeScalars)
            known[key] = scalars
            return scalars
        }
    }

    /// The normal form C, a letter with its marks at a time.
    mutating func compose() {
        guard elements.contains(where: { $0.scalar.value >= 0x300 }) else { return }
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        var at = 0
        while at < elements.count {
            var end = at + 1
            while end < elements.count, elements[end].scalar.joinsWhatPrecedes { end += 1 }
            if end == at + 1, elements[at].scalar.value < 0x300 {
                result.append(elements[at])
            } else {
                let first = elements[at].start
                let last = elements[end - 1].end
                var text = String.UnicodeScalarView()
                text.append(contentsOf: elements[at..<end].lazy.map(\.scalar))
                for scalar in String(text).precomposedStringWithCanonicalMapping.unicodeScalars {
                    result.append(Element(scalar: scalar, start: first, end: last))
                }
            }
            at = end
        }
        elements = result
    }

    /// Drops marks; what they came from then belongs to the letter before them.
    mutating func dropMarks(where isDropped: (Unicode.Scalar) -> Bool) {
        var kept: [Element] = []
        kept.reserveCapacity(elements.count)
        for element in elements {
            if element.scalar.value < 0x80 || !isDropped(element.scalar) {
                kept.append(element)
            } else if let last = kept.last, last.end == element.start {
                kept[kept.count - 1].end = element.end
            }
        }
        elements = kept
    }

    /// The text in UTF-8, with the bytes of the original for each byte.
    func aligned() -> AlignedText {
        var result = AlignedText(capacity: elements.count + 16)
        for element in elements {
            for byte in UTF8.encode(element.scalar) ?? UTF8.encodedReplacementCharacter { result.append(byte, element.start, element.end) }
        }
        return result
    }
}

/// Bytes of a rewritten text, each with the bytes of the original that it came from.
struct AlignedText {
    private(set) var bytes: [UInt8] = []
    private(set) var starts: [Int32] = []
    private(set) var ends: [Int32] = []

    init(capacity: Int) {
        bytes.reserveCapacity(capacity)
        starts.reserveCapacity(capacity)
        ends.reserveCapacity(capacity)
    }

    mutating func append(_ byte: UInt8, _ start: Int32, _ end: Int32) {
        bytes.append(byte)
        starts.append(start)
        ends.append(end)
    }

    mutating func removeLast() {
        bytes.removeLast()
        starts.removeLast()
        ends.removeLast()
    }

    /// Where bytes of this text came from in the original.
    func origin(_ range: Range<Int>) -> Range<Int> {
        guard let first = starts.first, let last = ends.last else { return 0..<0 }
        let start = range.lowerBound < starts.count ? starts[range.lowerBound] : last
        guard !range.isEmpty else { return Int(start)..<Int(start) }
        return Int(max(first, start))..<Int(max(start, ends[range.upperBound - 1]))
    }
}

extension Unicode.Scalar {
    var isASCIICapital: Bool { value >= 0x41 && value <= 0x5A }

    /// Whether composing may join this scalar to the one before it: marks, and the later parts of a Hangul syllable.
    var joinsWhatPrecedes: Bool {
        if value < 0x300 { return false }
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return true
        default:
            let isLaterJamo = (0x1161...0x1175).contains(value) || (0x11A8...0x11C2).contains(value)
            return isLaterJamo || properties.canonicalCombiningClass != .notReordered
        }
    }
}
