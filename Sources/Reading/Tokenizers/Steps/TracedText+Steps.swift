/// Rewriting as the tokenizers library does it.
extension TracedText {
    /// Drops white space at the ends.
    mutating func strip(left: Bool, right: Bool) {
        if right, let last = elements.lastIndex(where: { !$0.scalar.properties.isWhitespace }) {
            elements.removeSubrange((last + 1)...)
        } else if right {
            elements = []
        }
        if left { elements.removeFirst(elements.firstIndex { !$0.scalar.properties.isWhitespace } ?? elements.count) }
    }

    /// Puts scalars before a text that is not empty. They come from nothing.
    mutating func prepend(_ scalars: [Unicode.Scalar]) {
        guard let start = elements.first?.start else { return }
        elements.insert(contentsOf: scalars.map { Element(scalar: $0, start: start, end: start) }, at: 0)
    }

    /// Drops NUL, U+FFFD and control characters, and turns white space into spaces.
    mutating func cleanForBert() {
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        for var element in elements {
            let scalar = element.scalar
            if scalar == "\t" || scalar == "\n" || scalar == "\r" {
                element.scalar = " "
            } else if scalar.value == 0 || scalar.value == 0xFFFD || scalar.isTokenizersControl {
                continue
            } else if scalar.properties.isWhitespace {
                element.scalar = " "
            }
            result.append(element)
        }
        elements = result
    }

    /// Puts spaces around ideographs.
    mutating func separateIdeographs() {
        guard elements.contains(where: { $0.scalar.isTokenizersIdeograph }) else { return }
        var result: [Element] = []
        result.reserveCapacity(elements.count + 16)
        for element in elements {
            guard element.scalar.isTokenizersIdeograph else {
                result.append(element)
                continue
            }
            result.append(Element(scalar: " ", start: element.start, end: element.start))
            result.append(element)
            result.append(Element(scalar: " ", start: element.end, end: element.end))
        }
        elements = result
    }

    /// Applies a SentencePiece model's rules to each grapheme, or where there is none for it, to each of its scalars.
    ///
    /// Of the rules that a grapheme of less than six bytes begins with, the shortest replaces all of it, marks included
    /// (`normalizers/precompiled.rs`). libsentencepiece applies the longest rule and keeps the rest.
    mutating func rewriteGraphemes(with table: NormalizationTable) {
        var result: [Element] = []
        result.reserveCapacity(elements.count)
        table.withRules { rules in
            var at = 0
            while at < elements.count {
                let end = endOfCluster(at)
                forEachGrapheme(at..<end) { rewrite($0, rules, to: &result) }
                at = end
            }
        }
        elements = result
    }

    /// The end of a stretch after which a grapheme surely ends: no scalar below U+0300 joins the one before it, except in CR LF.
    private func endOfCluster(_ start: Int) -> Int {
        var end = start + 1
        while end < elements.count,
            elements[end].scalar.value >= 0x300 || elements[end].scalar == "\n" && elements[end - 1].scalar == "\r"
        { end += 1 }
        return end
    }

    private func forEachGrapheme(_ range: Range<Int>, _ body: (Range<Int>) -> Void) {
        if range.count == 1 { return body(range) }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: elements[range].lazy.map(\.scalar))
        var start = range.lowerBound
        for character in String(text) {
            let end = start + character.unicodeScalars.count
            body(start..<end)
            start = end
        }
    }

    private func rewrite(_ grapheme: Range<Int>, _ rules: NormalizationTable.Rules, to result: inout [Element]) {
        func replacement(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8>? {
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 4 * range.count) { bytes in
                var count = 0
                for element in elements[range] {
                    for byte in UTF8.encode(element.scalar) ?? UTF8.encodedReplacementCharacter {
                        bytes[count] = byte
                        count += 1
                    }
                }
                return rules.shortest(UnsafeBufferPointer(rebasing: bytes[..<count]))
            }
        }
        func append(_ bytes: UnsafeBufferPointer<UInt8>, for range: Range<Int>) {
            let (start, end) = (elements[range.lowerBound].start, elements[range.upperBound - 1].end)
            for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
                result.append(Element(scalar: scalar, start: start, end: end))
            }
        }
        let isShort = elements[grapheme].lazy.map { UTF8.width($0.scalar) }.reduce(0, +) < 6
        if isShort, let found = replacement(grapheme) { return append(found, for: grapheme) }
        for at in grapheme {
            if let found = replacement(at..<at + 1) { append(found, for: at..<at + 1) } else { result.append(elements[at]) }
        }
    }
}

extension Unicode.Scalar {
    /// Whether this is a mark of any kind (category M).
    var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }
}
