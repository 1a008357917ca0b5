import TenorFiles

/// The merges of a byte-pair vocabulary: which neighbours become one symbol, and in which order.
///
/// A symbol's number is its id in the vocabulary; a symbol that only merges know has a number beyond those.
struct MergeTable: Sendable {
    private struct Merge {
        let rank: Int32
        let symbol: Int32
    }
    private let merges: [UInt64: Merge]
    /// The symbol of each byte.
    private let letters: [Int32]
    private let unknownID: Int32
    /// The numbers from here on are no ids.
    private let limit: Int32

    /// `pairs` are the spellings of the neighbours in the order of their merging. No merge makes a token of `forbidden`.
    init(_ pairs: some Sequence<(String, String)>, ids: [ByteString: Int32], forbidden: Set<ByteString>, unknownID: Int32) {
        self.unknownID = unknownID
        let limit = (ids.values.max() ?? -1) + 1
        self.limit = limit
        var others: [ByteString: Int32] = [:]
        func number(_ spelling: ByteString) -> Int32 {
            if let known = ids[spelling] ?? others[spelling] { return known }
            others[spelling] = limit + Int32(others.count)
            return limit + Int32(others.count) - 1
        }
        letters = (0..<256).map { number(ByteString(String(Self.alphabet[$0]))) }
        var merges: [UInt64: Merge] = [:]
        for (rank, (left, right)) in pairs.enumerated() {
            let joined = ByteString(left + right)
            if forbidden.contains(joined) { continue }
            merges[Self.key(number(ByteString(left)), number(ByteString(right)))] = Merge(rank: Int32(rank), symbol: number(joined))
        }
        self.merges = merges
    }

    /// The printable character that stands for each byte in the vocabulary (`bytes_to_unicode` in GPT-2's encoder.py).
    static let alphabet: [Unicode.Scalar] = {
        var next: UInt32 = 0x100
        return (0..<256).map { byte -> Unicode.Scalar in
            switch byte {
            case 0x21...0x7E, 0xA1...0xAC, 0xAE...0xFF: return Unicode.Scalar(UInt8(byte))
            default:
                defer { next += 1 }
                return Unicode.Scalar(next) ?? " "
            }
        }
    }()

    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// Calls `receive` with the id and the number of bytes of each piece of a word.
    ///
    /// As the reference does it: of all merges that apply the one learnt first is made, everywhere in the word from the left, and only
    /// then is looked again. The candidates wait in a heap, so that a word's time grows little faster than its length.
    func split(_ word: UnsafeBufferPointer<UInt8>, _ receive: (Int32, Int) -> Void) {
        struct Part {
            var symbol: Int32
            var previous: Int32
            var next: Int32
            var length: Int32
        }
        let count = word.count
        withUnsafeTemporaryAllocation(of: Part.self, capacity: count) { parts in
            for at in 0..<count {
                parts[at] = Part(
                    symbol: letters[Int(word[at])], previous: Int32(at) - 1, next: at + 1 < count ? Int32(at) + 1 : -1, length: 1)
            }
            var heap = CandidateHeap()
            func merge(_ at: Int32) -> Merge? {
                guard at >= 0, parts[Int(at)].length > 0, parts[Int(at)].next >= 0 else { return nil }
                return merges[Self.key(parts[Int(at)].symbol, parts[Int(parts[Int(at)].next)].symbol)]
            }
            for at in 0..<Int32(count) { if let found = merge(at) { heap.push(found.rank, at) } }
            var fresh: [Int32] = []
            while let rank = heap.leastRank {
                fresh.removeAll(keepingCapacity: true)
                while heap.leastRank == rank {
                    let at = heap.pop()
                    // The candidate may be gone, or another pair by now.
                    guard let found = merge(at), found.rank == rank else { continue }
                    let right = parts[Int(parts[Int(at)].next)]
                    parts[Int(parts[Int(at)].next)].length = 0
                    parts[Int(at)].symbol = found.symbol
                    parts[Int(at)].length += right.length
                    parts[Int(at)].next = right.next
                    if right.next >= 0 { parts[Int(right.next)].previous = at }
                    fresh += [parts[Int(at)].previous, at]
                }
                for at in fresh { if let found = merge(at) { heap.push(found.rank, at) } }
            }
            var at: Int32 = count == 0 ? -1 : 0
            while at >= 0 {
                let part = parts[Int(at)]
                receive(part.symbol < limit ? part.symbol : unknownID, Int(part.length))
                at = part.next
            }
        }
    }
}

/// Places in a word where a merge may be made, the first learnt first, then from the left.
private struct CandidateHeap {
    private var keys: [UInt64] = []

    var leastRank: Int32? { keys.first.map { Int32(truncatingIfNeeded: $0 >> 32) } }

    mutating func push(_ rank: Int32, _ at: Int32) {
        var child = keys.count
        keys.append(UInt64(rank) << 32 | UInt64(at))
        while child > 0, keys[child] < keys[(child - 1) / 2] {
            keys.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> Int32 {
        let top = keys[0]
        let last = keys.removeLast()
        if !keys.isEmpty {
            keys[0] = last
            var parent = 0
            while true {
                var least = parent
                for child in [2 * parent + 1, 2 * parent + 2] where child < keys.count && keys[child] < keys[least] { least = child }
                if least == parent { break }
                keys.swapAt(parent, least)
                parent = least
            }
        }
        return Int32(truncatingIfNeeded: top)
    }
}
