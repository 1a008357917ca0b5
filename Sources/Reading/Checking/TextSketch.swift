/// A text's words in 128 bytes, from which the similarity of two texts follows: the share of the words of either that both have (Jaccard).
///
/// Up to 32 distinct words are kept as they are, so that the similarity is exact. Of more words, the sketch has the lowest byte of 128 minima
/// (b-bit minwise hashing, Li and König 2010); the estimate then has a standard error of √(J (1 - J) / 128), 0.026 at J = 0.9.
package struct TextSketch: Sendable, Equatable {
    /// The words of a sketch that has all of them, ascending, otherwise 32 numbers of four bytes each.
    let numbers: [UInt32]
    package let isWhole: Bool

    static let mostWords = 32
    static let minima = 128

    package init(_ words: WordSet) {
        isWhole = words.hashes.count <= Self.mostWords
        numbers = isWhole ? words.hashes : Self.packed(words.hashes)
    }

    init(numbers: [UInt32], isWhole: Bool) { (self.numbers, self.isWhole) = (numbers, isWhole) }

    /// The Jaccard similarity, or its estimate, from 0 to 1.
    package func similarity(to other: TextSketch) -> Double {
        if isWhole, other.isWhole { return Self.similarity(numbers, other.numbers) }
        let (first, second) = (isWhole ? Self.packed(numbers) : numbers, other.isWhole ? Self.packed(other.numbers) : other.numbers)
        var equal = 0
        for (a, b) in zip(first, second) {
            let difference = a ^ b
            for byte in 0..<4 where UInt8(truncatingIfNeeded: difference >> (8 * byte)) == 0 { equal += 1 }
        }
        // One of 256 pairs of different minima has the same byte.
        let share = Double(equal) / Double(Self.minima)
        return max(0, (share - 1.0 / 256) / (1 - 1.0 / 256))
    }

    /// Whether the similarity is at least `limit`.
    func isSimilar(to other: TextSketch, limit: Double) -> Bool {
        if isWhole, other.isWhole {
            let (least, most) = (min(numbers.count, other.numbers.count), max(numbers.count, other.numbers.count))
            if Double(least) < limit * Double(most) { return false }
        }
        // A quotient such as 4/5 may differ from the limit by rounding.
        return similarity(to: other) >= limit - 1e-9
    }

    private static func similarity(_ a: [UInt32], _ b: [UInt32]) -> Double {
        if a.isEmpty, b.isEmpty { return 0 }
        var (i, j, common) = (0, 0, 0)
        while i < a.count, j < b.count {
            if a[i] == b[j] { common += 1 }
            let (x, y) = (a[i], b[j])
            if x <= y { i += 1 }
            if y <= x { j += 1 }
        }
        return Double(common) / Double(a.count + b.count - common)
    }

    // MARK: - Minima

    /// The number of minima in a band, and of bands: texts with a similarity of s have the same band with probability s^5, and at least one
    /// equal one with probability 1 - (1 - s^5)^25, which is 0.9999 for 0.8 and 0.99 for 0.7.
    static let bandWidth = 5
    static let bands = 25

    /// A number that is the same for texts whose minima of this band are the same; `numbers` and `isWhole` as in a sketch.
    static func band(_ band: Int, _ numbers: UnsafeBufferPointer<UInt32>, isWhole: Bool) -> UInt32 {
        var key = UInt64(band)
        for lane in band * bandWidth..<(band + 1) * bandWidth {
            let byte: UInt32
            if isWhole {
                let (seed, factor) = (lanes.seeds[lane], lanes.factors[lane])
                var least = UInt32.max
                for word in numbers { least = min(least, hash(word, seed, factor)) }
                byte = Self.byte(least)
            } else {
                byte = numbers[lane / 4] >> (8 * UInt32(lane % 4)) & 0xFF
            }
            key = key << 8 | UInt64(byte)
        }
        return UInt32(truncatingIfNeeded: scrambled(key) >> 32)
    }

    /// The bytes of all minima, four in a number.
    private static func packed(_ words: [UInt32]) -> [UInt32] {
        var least = [UInt32](repeating: .max, count: minima)
        let lanes = lanes
        lanes.seeds.withUnsafeBufferPointer { seeds in
            lanes.factors.withUnsafeBufferPointer { factors in
                least.withUnsafeMutableBufferPointer { least in
                    for word in words {
                        for lane in 0..<minima { least[lane] = min(least[lane], hash(word, seeds[lane], factors[lane])) }
                    }
                }
            }
        }
        return (0..<minima / 4).map { place in
            (0..<4).reduce(0) { $0 | byte(least[4 * place + $1]) << (8 * UInt32($1)) }
        }
    }

    @inline(__always)
    private static func hash(_ word: UInt32, _ seed: UInt32, _ factor: UInt32) -> UInt32 {
        var hash = (word ^ seed) &* factor
        hash = (hash ^ hash >> 15) &* 0x2c1b_3c6d
        return hash ^ hash >> 13
    }

    private static func byte(_ least: UInt32) -> UInt32 { (least &* 0x9e37_79b1) >> 24 }

    /// The parameters of each hash function: any seed, and an odd factor.
    private static let lanes: (seeds: [UInt32], factors: [UInt32]) = {
        let numbers = (1...UInt64(minima)).map { scrambled($0 &* 0x9e37_79b9_7f4a_7c15) }
        return (numbers.map { UInt32(truncatingIfNeeded: $0) }, numbers.map { UInt32(truncatingIfNeeded: $0 >> 32) | 1 })
    }()
}
