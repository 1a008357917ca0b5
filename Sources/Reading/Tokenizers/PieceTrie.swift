/// Pieces as a trie over their bytes, for finding those that a text begins with.
///
/// A node's children lie at its base plus their byte, in one array that all nodes share and each checks to be its own (a double
/// array, after Aoe): a step is one look at memory, whatever the size of the vocabulary.
final class PieceTrie: @unchecked Sendable {  // Nothing is written after init.
    private struct Node {
        var base: Int32 = 0
        /// The parent, or -1 where the place is free.
        var parent: Int32 = -1
        /// The id of the piece that ends here, or -1.
        var id: Int32 = -1
    }

    private let nodes: UnsafeMutableBufferPointer<Node>

    /// Of two pieces that are spelt the same the later counts.
    init(_ pieces: some Sequence<(spelling: some Sequence<UInt8>, id: Int32)>) {
        var growing = GrowingTrie()
        for (spelling, id) in pieces { growing.insert(spelling, id: id) }
        let (firsts, edges) = growing.edgesByNode()

        var places: [Node] = [Node(parent: 0)]
        places.reserveCapacity(growing.ids.count * 2 + 512)
        // Where each node of the growing trie went, and from where on places are free.
        var moved = Array(repeating: Int32(0), count: growing.ids.count)
        var free = 1
        for node in growing.ids.indices {
            let children = edges[firsts[node]..<firsts[node + 1]]
            let own = moved[node]
            places[Int(own)].id = growing.ids[node]
            guard let lowest = children.lazy.map(\.byte).min() else { continue }
            var place = max(free, Int(lowest) + 1)
            var tries = 0
            while true {
                let base = place - Int(lowest)
                if children.allSatisfy({ base + Int($0.byte) >= places.count || places[base + Int($0.byte)].parent < 0 }) { break }
                tries += 1
                // Rather a gap than a long search for a place in the crowd.
                place = tries > 256 ? places.count + Int(lowest) : place + 1
            }
            let base = place - Int(lowest)
            places[Int(own)].base = Int32(base)
            for child in children {
                let at = base + Int(child.byte)
                while places.count <= at { places.append(Node()) }
                places[at].parent = own
                moved[Int(child.node)] = Int32(at)
            }
            while free < places.count, places[free].parent >= 0 { free += 1 }
        }
        // Every step from a node stays inside the array.
        places.append(contentsOf: repeatElement(Node(), count: 256))
        nodes = .allocate(capacity: places.count)
        _ = nodes.initialize(from: places)
    }

    deinit { nodes.deallocate() }

    /// Calls `receive` with the id and length of each piece that `text` begins with, the shortest first.
    @inline(__always)
    func forEachPrefix(_ text: UnsafeBufferPointer<UInt8>, _ receive: (Int32, Int) -> Void) {
        guard let nodes = UnsafePointer(nodes.baseAddress) else { return }
        var node = 0
        for at in 0..<text.count {
            let next = Int(nodes[node].base) + Int(text[at])
            if Int(nodes[next].parent) != node || next == 0 { break }
            node = next
            if nodes[node].id >= 0 { receive(nodes[node].id, at + 1) }
        }
    }

    /// The id and length of the longest piece that `text` begins with.
    @inline(__always)
    func longest(_ text: UnsafeBufferPointer<UInt8>) -> (id: Int32, length: Int)? {
        var found: (id: Int32, length: Int)?
        forEachPrefix(text) { found = ($0, $1) }
        return found
    }
}

/// A trie that pieces can still be added to: its edges by node and byte in an open-addressed table.
private struct GrowingTrie {
    typealias Edge = (byte: UInt8, node: UInt32)

    /// For each node the id of the piece that ends there, or -1.
    private(set) var ids: [Int32] = [-1]
    /// The key in the high half, the node that it leads to in the low half.
    private var slots = [UInt64](repeating: .max, count: 1 << 16)
    private var shift: UInt64 = 64 - 16

    mutating func insert(_ piece: some Sequence<UInt8>, id: Int32) {
        var node: UInt32 = 0
        for byte in piece {
            let slot = find(node << 8 | UInt32(byte))
            if slots[slot] == .max {
                slots[slot] = UInt64(node << 8 | UInt32(byte)) << 32 | UInt64(ids.count)
                node = UInt32(ids.count)
                ids.append(-1)
                if ids.count * 2 > slots.count { grow() }
            } else {
                node = UInt32(truncatingIfNeeded: slots[slot])
            }
        }
        ids[Int(node)] = id
    }

    /// All edges, those of a node together: node n's are `edges[firsts[n]..<firsts[n + 1]]`.
    func edgesByNode() -> (firsts: [Int], edges: [Edge]) {
        var firsts = Array(repeating: 0, count: ids.count + 1)
        for slot in slots where slot != .max { firsts[Int(slot >> 40) + 1] += 1 }
        for node in ids.indices { firsts[node + 1] += firsts[node] }
        var ends = firsts
        var edges = [Edge](repeating: (0, 0), count: ids.count - 1)
        for slot in slots where slot != .max {
            let node = Int(slot >> 40)
            edges[ends[node]] = (UInt8(truncatingIfNeeded: slot >> 32), UInt32(truncatingIfNeeded: slot))
            ends[node] += 1
        }
        return (firsts, edges)
    }

    private func find(_ key: UInt32) -> Int {
        var slot = Int(truncatingIfNeeded: (UInt64(key) &* 0x9E37_79B9_7F4A_7C15) >> shift)
        while slots[slot] != .max, UInt32(truncatingIfNeeded: slots[slot] >> 32) != key { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: .max, count: old.count * 2)
        shift -= 1
        for edge in old where edge != .max { slots[find(UInt32(truncatingIfNeeded: edge >> 32))] = edge }
    }
}
