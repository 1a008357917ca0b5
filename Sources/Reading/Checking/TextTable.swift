/// The different texts of several sources, numbered from 0 in the order in which they were added, in some 200 bytes each. Texts are the same if
/// their ``uniformText(_:)`` is.
struct TextTable: Sendable {
    private var places: [UInt64: UInt32] = [:]
    /// The sketches, `inChunk` in an array, so that no growing array is copied.
    private var chunks: [[UInt32]] = []
    /// The number of words of each sketch that has all of them.
    private var sizes: [UInt8] = []

    private static let inChunk = 4096
    /// For a sketch that has not all words.
    static let many: UInt8 = 255

    var count: Int { sizes.count }

    /// The number of a text.
    mutating func add(hash: UInt64, _ sketch: TextSketch) -> Int {
        if let place = places[hash] { return Int(place) }
        let text = sizes.count
        places[hash] = UInt32(text)
        if text % Self.inChunk == 0 {
            chunks.append([])
            chunks[chunks.count - 1].reserveCapacity(Self.inChunk * TextSketch.mostWords)
        }
        chunks[chunks.count - 1] += sketch.numbers
        chunks[chunks.count - 1] += repeatElement(0, count: TextSketch.mostWords - sketch.numbers.count)
        sizes.append(sketch.isWhole ? UInt8(sketch.numbers.count) : Self.many)
        return text
    }

    /// The number of its words, or ``many``.
    func size(_ text: Int) -> UInt8 { sizes[text] }

    func sketch(_ text: Int) -> TextSketch {
        let start = text % Self.inChunk * TextSketch.mostWords
        let isWhole = sizes[text] != Self.many
        let count = isWhole ? Int(sizes[text]) : TextSketch.mostWords
        return TextSketch(numbers: Array(chunks[text / Self.inChunk][start..<start + count]), isWhole: isWhole)
    }

    /// See ``TextSketch/band(_:_:isWhole:)``.
    func band(_ band: Int, of text: Int) -> UInt32 {
        let start = text % Self.inChunk * TextSketch.mostWords
        let isWhole = sizes[text] != Self.many
        let count = isWhole ? Int(sizes[text]) : TextSketch.mostWords
        return chunks[text / Self.inChunk].withUnsafeBufferPointer {
            TextSketch.band(band, UnsafeBufferPointer(rebasing: $0[start..<start + count]), isWhole: isWhole)
        }
    }
}
