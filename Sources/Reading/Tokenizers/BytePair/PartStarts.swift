/// Where the parts of a word start, one bit per byte: what merging needs of a linked list, in 1/64 of the memory.
struct PartStarts {
    private let words: UnsafeMutableBufferPointer<UInt64>
    let count: Int

    /// Calls `use` with room for `count` bytes and no starts set.
    static func with<Result>(count: Int, _ use: (PartStarts) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: count / 64 + 1) { words in
            words.initialize(repeating: 0)
            return use(PartStarts(words: words, count: count))
        }
    }

    @inline(__always)
    func insert(_ at: Int) { words[at >> 6] |= 1 << UInt64(at & 63) }

    @inline(__always)
    func remove(_ at: Int) { words[at >> 6] &= ~(1 << UInt64(at & 63)) }

    @inline(__always)
    func contains(_ at: Int) -> Bool { words[at >> 6] >> UInt64(at & 63) & 1 != 0 }

    /// The start of the next part, or `count`.
    @inline(__always)
    func next(after at: Int) -> Int {
        var word = (at + 1) >> 6
        guard word < words.count else { return count }
        var bits = words[word] & (~0 << UInt64((at + 1) & 63))
        while bits == 0 {
            word += 1
            if word == words.count { return count }
            bits = words[word]
        }
        return word << 6 + bits.trailingZeroBitCount
    }

    /// The start of the previous part, or -1.
    @inline(__always)
    func previous(before at: Int) -> Int {
        var word = at >> 6
        var bits = words[word] & (1 << UInt64(at & 63) &- 1)
        while bits == 0 {
            word -= 1
            if word < 0 { return -1 }
            bits = words[word]
        }
        return word << 6 + 63 - bits.leadingZeroBitCount
    }
}
