/// Pieces as a trie over their bytes, for finding those that a text begins with.
///
/// A node's children are at its base plus their byte, in one array that all nodes share; each child records its parent (a double array,
/// after Aoe). A step is one memory access, whatever the size of the vocabulary.
final class PieceTrie: @unchecked Sendable {  // Nothing is written after init.
    private struct Node {
        var base: Int32 = 0
        /// The parent, or -1 where the place is free.
        var parent: Int32 = -1
        /// The id of the piece that ends here, or -1.
        var id: Int32 = -1
    }

    private let nodes: UnsafeMutableBufferPointer<Node>

    /// Of two pieces that are spelt the same the later wins.
    init(_ pieces: some Sequence<(spelling: some Sequence<UInt8>, id: Int32)>) {
        let pieces = SortedPieces(pieces)
        var places = Places()
        // Nodes whose children are not placed yet, each with the pieces below it and its depth in bytes.
        var open = [(node: 0, pieces: 0..<pieces.count, depth: 0)]
        var children: [(byte: UInt8, pieces: Range<Int>)] = []
        while let (node, range, depth) = open.popLast() {
            children.removeAll(keepingCapacity: true)
            var start = range.lowerBound
            while start < range.upperBound, pieces.length(start) == depth {
                places.nodes[node].id = pieces.id(start)
                start += 1
            }
            while start < range.upperBound {
                let byte = pieces.byte(start, depth)
                var end = start + 1
                while end < range.upperBound, pieces.byte(end, depth) == byte { end += 1 }
                children.append((byte, start..<end))
                start = end
            }
            guard !children.isEmpty else { continue }
            let base = places.base(for: children.lazy.map(\.byte), of: node)
            for child in children.reversed() { open.append((base + Int(child.byte), child.pieces, depth + 1)) }
        }
        // Padding: every step from a node stays inside the array.
        nodes = .allocate(capacity: places.nodes.count + 256)
        let end = nodes.initialize(from: places.nodes).index
        nodes[end...].initialize(repeating: Node())
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

    /// The id of the piece that is spelt exactly like `text`.
    @inline(__always)
    func exact(_ text: UnsafeBufferPointer<UInt8>) -> Int32? {
        guard let nodes = UnsafePointer(nodes.baseAddress) else { return nil }
        var node = 0
        for byte in text {
            let next = Int(nodes[node].base) + Int(byte)
            if Int(nodes[next].parent) != node || next == 0 { return nil }
            node = next
        }
        return nodes[node].id >= 0 ? nodes[node].id : nil
    }

    /// The id and length of the longest piece that `text` begins with.
    @inline(__always)
    func longest(_ text: UnsafeBufferPointer<UInt8>) -> (id: Int32, length: Int)? {
        var found: (id: Int32, length: Int)?
        forEachPrefix(text) { found = ($0, $1) }
        return found
    }
}

extension PieceTrie {
    /// The array while the trie is being built.
    private struct Places {
        var nodes = [Node(parent: 0)]
        /// One bit per position, set if the root or a child occupies it.
        private var taken: [UInt64] = [1]

        /// Places the children of a node, given by their bytes in ascending order, where all fit; returns the node's base.
        mutating func base(for bytes: some RandomAccessCollection<UInt8>, of node: Int) -> Int {
            let lowest = Int(bytes.first!)
            // Free positions far back are few and rarely fit; the many nodes with one child fill those nearby.
            var place = max(nodes.count - 1024, lowest + 1)
            while true {
                place = freePlace(from: place)
                if bytes.allSatisfy({ isFree(place - lowest + Int($0)) }) { break }
                place += 1
            }
            let base = place - lowest
            let last = base + Int(bytes.last!)
            if nodes.count <= last {
                nodes.append(contentsOf: repeatElement(Node(), count: last + 1 - nodes.count))
                while taken.count <= last / 64 { taken.append(0) }
            }
            nodes[node].base = Int32(base)
            for byte in bytes {
                let at = base + Int(byte)
                nodes[at].parent = Int32(node)
                taken[at / 64] |= 1 << UInt64(at % 64)
            }
            return base
        }

        private func isFree(_ place: Int) -> Bool { place / 64 >= taken.count || taken[place / 64] & 1 << UInt64(place % 64) == 0 }

        private func freePlace(from place: Int) -> Int {
            var word = place / 64
            guard word < taken.count else { return place }
            var free = ~taken[word] & UInt64.max << UInt64(place % 64)
            while free == 0 {
                word += 1
                guard word < taken.count else { return word * 64 }
                free = ~taken[word]
            }
            return word * 64 + free.trailingZeroBitCount
        }
    }
}

/// Pieces sorted by their bytes; of those spelt the same, the earlier first.
private struct SortedPieces {
    private struct Piece {
        /// The first eight bytes, big-endian, which distinguish most pieces.
        var beginning: UInt64
        var start: Int32
        var length: Int32
        var id: Int32
    }

    private var bytes: [UInt8] = []
    private var pieces: [Piece] = []

    init(_ spelled: some Sequence<(spelling: some Sequence<UInt8>, id: Int32)>) {
        for (spelling, id) in spelled {
            let start = bytes.count
            bytes.append(contentsOf: spelling)
            let length = bytes.count - start
            var beginning: UInt64 = 0
            for at in 0..<min(8, length) { beginning |= UInt64(bytes[start + at]) << UInt64(56 - 8 * at) }
            pieces.append(Piece(beginning: beginning, start: Int32(start), length: Int32(length), id: id))
        }
        bytes.withUnsafeBufferPointer { bytes in
            pieces.sort { a, b in
                if a.beginning != b.beginning { return a.beginning < b.beginning }
                var at = 0
                let end = Int(min(a.length, b.length))
                while at < end, bytes[Int(a.start) + at] == bytes[Int(b.start) + at] { at += 1 }
                if at < end { return bytes[Int(a.start) + at] < bytes[Int(b.start) + at] }
                return a.length != b.length ? a.length < b.length : a.start < b.start
            }
        }
    }

    var count: Int { pieces.count }

    @inline(__always)
    func length(_ index: Int) -> Int { Int(pieces[index].length) }

    @inline(__always)
    func id(_ index: Int) -> Int32 { pieces[index].id }

    @inline(__always)
    func byte(_ index: Int, _ at: Int) -> UInt8 { bytes[Int(pieces[index].start) + at] }
}
