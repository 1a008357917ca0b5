import Foundation
import TenorThreads

/// A text that is rewritten scalar by scalar; each scalar remembers which bytes of the original it came from.
struct TracedText {
    struct Element {
        var scalar: Unicode.Scalar
        var start: Int32
        var end: Int32
    }

    var elements: [Element]

    init(elements: [Element]) { self.elements = elements }

    /// - Parameter start: the position of the text in the original.
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

    /// Lower-cases each scalar on its own, except stretches spelt like one of `kept`.
    ///
    /// transformers does this to a text before a slow tokenizer that lower-cases sees it. A capital sigma has no neighbours here, so it
    /// never becomes a final sigma.
    mutating func lowercaseEach(keeping kept: KeptSpellings?) {
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        var at = 0
        while at < elements.count {
            if let length = kept?.length(in: elements, at: at) {
                result += elements[at..<at + length]
                at += length
            } else {
                Self.appendLowercased(elements[at], to: &result)
                at += 1
            }
        }
        elements = result
    }

    /// Lower-cases the whole text like Python's `str.lower`: a capital sigma that ends a word becomes a final sigma.
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

    /// Replaces runs of Python's white space with one space, and trims both ends.
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

    /// Replaces two backquotes or two apostrophes with a quotation mark.
    mutating func joinQuotes() {
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        for element in elements {
            // A joined pair is already a quotation mark, so it pairs with nothing.
            if let last = result.last, last.scalar == element.scalar, element.scalar == "`" || element.scalar == "'" {
                result[result.count - 1] = Element(scalar: "\"", start: last.start, end: element.end)
            } else {
                result.append(element)
            }
        }
        elements = result
    }

    enum Decomposition { case canonical, compatibility }

    /// Converts the text to normal form D or KD.
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
        Self.orderMarks(&result)
        elements = result
    }

    /// Sorts the marks between two starters by combining class. The sort is stable.
    private static func orderMarks(_ elements: inout [Element]) {
        func rank(_ element: Element) -> UInt8 {
            element.scalar.value < 0x300 ? 0 : element.scalar.properties.canonicalCombiningClass.rawValue
        }
        var at = 0
        while at < elements.count {
            guard rank(elements[at]) != 0 else {
                at += 1
                continue
            }
            let start = at
            var isOrdered = true
            var last: UInt8 = 0
            while at < elements.count, case let rank = rank(elements[at]), rank != 0 {
                isOrdered = isOrdered && rank >= last
                last = rank
                at += 1
            }
            if isOrdered { continue }
            // Counting sort: the number of marks in each class gives the position of the next class.
            var places = [Int](repeating: 0, count: 257)
            let marks = Array(elements[start..<at])
            for mark in marks { places[Int(rank(mark)) + 1] += 1 }
            for rank in 1..<257 { places[rank] += places[rank - 1] }
            for mark in marks {
                let rank = Int(rank(mark))
                elements[start + places[rank]] = mark
                places[rank] += 1
            }
        }
    }

    /// A cache of Foundation's results for single scalars, because a text repeats its letters.
    private static let decompositions = Lock<[UInt64: [Unicode.Scalar]]>([:])

    static func decomposition(_ scalar: Unicode.Scalar, _ form: Decomposition) -> [Unicode.Scalar] {
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

    /// Converts the text to normal form C, one letter with its marks at a time.
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
                // Foundation takes quadratic time to sort many marks.
                var letter = TracedText(elements: Array(elements[at..<end]))
                if end - at > 16 { letter.decompose(.canonical) }
                var text = String.UnicodeScalarView()
                text.append(contentsOf: letter.elements.lazy.map(\.scalar))
                for scalar in String(text).precomposedStringWithCanonicalMapping.unicodeScalars {
                    result.append(Element(scalar: scalar, start: first, end: last))
                }
            }
            at = end
        }
        elements = result
    }

    /// Drops marks; their origin is added to that of the letter before them.
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

    /// The text in UTF-8, each byte with its origin.
    func aligned() -> AlignedText {
        var result = AlignedText(capacity: elements.count + 16)
        result.append(self)
        return result
    }
}

extension Unicode.Scalar {
    var isASCIICapital: Bool { value >= 0x41 && value <= 0x5A }

    /// Whether composition may join this scalar to the one before it: marks, and the later parts of a Hangul syllable.
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
