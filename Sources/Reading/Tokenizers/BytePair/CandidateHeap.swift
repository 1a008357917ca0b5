/// Positions in a word where a merge may be possible, ordered by merge rank, then from left to right.
struct CandidateHeap {
    private var keys: [UInt64] = []

    /// - Parameter count: the number of parts in the word. Short words mostly need fewer entries, so their memory is allocated on demand.
    init(parts count: Int) { if count > 256 { keys.reserveCapacity(count) } }

    var leastRank: Int32? { keys.first.map { Int32(truncatingIfNeeded: $0 >> 32) } }

    mutating func push(_ rank: Int32, _ at: Int) {
        var child = keys.count
        let key = UInt64(rank) << 32 | UInt64(at)
        keys.append(key)
        keys.withUnsafeMutableBufferPointer { keys in
            while child > 0, key < keys[(child - 1) / 2] {
                keys[child] = keys[(child - 1) / 2]
                child = (child - 1) / 2
            }
            keys[child] = key
        }
    }

    /// Removes and returns the first position.
    mutating func pop() -> Int {
        let top = keys[0]
        let last = keys.removeLast()
        if !keys.isEmpty {
            keys.withUnsafeMutableBufferPointer { keys in
                var parent = 0
                while 2 * parent + 1 < keys.count {
                    var child = 2 * parent + 1
                    if child + 1 < keys.count, keys[child + 1] < keys[child] { child += 1 }
                    guard keys[child] < last else { break }
                    keys[parent] = keys[child]
                    parent = child
                }
                keys[parent] = last
            }
        }
        return Int(top & 0xFFFF_FFFF)
    }
}
