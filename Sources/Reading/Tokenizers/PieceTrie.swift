/// Pieces as a trie over their bytes, for finding the longest that a text begins with.
struct PieceTrie: Sendable {
    /// Edges by (node, byte), in an open-addressed table: the key in the high half, the node that it leads to in the low half.
    private var slots: [UInt64]
    private var shift: UInt64
    private var edges = 0
    /// For each node the id of the piece that ends there, or -1.
    private var ids: [Int32] = [-1]

    init(capacity: Int) {
        var bits: UInt64 = 10
        while 1 << bits < capacity * 2 { bits += 1 }
        slots = Array(repeating: .max, count: 1 << Int(bits))
        shift = 64 - bits
    }

    /// Adds a piece; of two that are spelt the same the later stays.
    mutating func insert(_ piece: some Sequence<UInt8>, id: Int32) {
        var node: UInt32 = 0
        for byte in piece {
            let slot = find(node, byte)
            if slots[slot] == .max {
                slots[slot] = UInt64(node << 8 | UInt32(byte)) << 32 | UInt64(ids.count)
                node = UInt32(ids.count)
                ids.append(-1)
                edges += 1
                if edges * 2 > slots.count { grow() }
            } else {
                node = UInt32(truncatingIfNeeded: slots[slot])
            }
        }
        ids[Int(node)] = id
    }

    /// The id and length of the longest piece that `text` begins with.
    @inline(__always)
    func longest(_ text: UnsafeBufferPointer<UInt8>) -> (id: Int32, length: Int)? {
        var node: UInt32 = 0
        var found: (id: Int32, length: Int)?
        for (at, byte) in text.enumerated() {
            let edge = slots[find(node, byte)]
            if edge == .max { break }
            node = UInt32(truncatingIfNeeded: edge)
            let id = ids[Int(node)]
            if id >= 0 { found = (id, at + 1) }
        }
        return found
    }

    @inline(__always)
    private func find(_ node: UInt32, _ byte: UInt8) -> Int {
        let key = node << 8 | UInt32(byte)
        var slot = Int(truncatingIfNeeded: (UInt64(key) &* 0x9E37_79B9_7F4A_7C15) >> shift)
        while slots[slot] != .max, UInt32(truncatingIfNeeded: slots[slot] >> 32) != key { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: .max, count: old.count * 2)
        shift -= 1
        for edge in old where edge != .max {
            let key = UInt32(truncatingIfNeeded: edge >> 32)
            slots[find(key >> 8, UInt8(truncatingIfNeeded: key))] = edge
        }
    }
}
