import TenorFiles

/// The merges of a byte-pair vocabulary: which neighbours become one symbol, and in which order.
///
/// A symbol's number is its vocabulary id. A symbol that occurs only in merges, or is a special token, has a number beyond those.
struct MergeTable: Sendable {
    private struct Merge {
        let rank: Int32
        let symbol: Int32
    }
    private let merges: [UInt64: Merge]
    /// The symbol of each byte.
    private let letters: [Int32]
    private let unknownID: Int32
    /// Numbers from here on are not ids.
    private let limit: Int32

    /// `pairs` are the spellings of the neighbours in merge order. No merge produces a token in `forbidden`, and no text gets an id in
    /// `specials`.
    init(
        _ pairs: some Sequence<(String, String)>, ids: [ByteString: Int32], forbidden: Set<ByteString>, specials: Set<Int32>,
        unknownID: Int32
    ) {
        self.unknownID = unknownID
        let limit = (ids.values.max() ?? -1) + 1
        self.limit = limit
        var others: [ByteString: Int32] = [:]
        func number(_ spelling: ByteString) -> Int32 {
            if let id = ids[spelling], !specials.contains(id) { return id }
            if let known = others[spelling] { return known }
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

    /// The pairs of a `merges` list in a `tokenizer.json`.
    static func pairs(_ value: JSON?, file: String) throws(TokenizerError) -> [(String, String)] {
        guard let merges = value?.array else { throw .badField(file: file, name: "merges", needs: "a list") }
        var pairs: [(String, String)] = []
        pairs.reserveCapacity(merges.count)
        for merge in merges {
            let parts = merge.array?.compactMap(\.string) ?? merge.string?.split(separator: " ").map(String.init) ?? []
            guard parts.count == 2 else { throw .badField(file: file, name: "merges", needs: "pairs of tokens") }
            pairs.append((parts[0], parts[1]))
        }
        return pairs
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

    /// Calls `receive` with the id and the byte count of each token of a word.
    ///
    /// As in the reference: of all applicable merges, the one learnt first is applied everywhere in the word from left to right; then the
    /// search repeats. The candidates are kept in a heap, so that the time grows little faster than the word's length.
    func split(_ word: UnsafeBufferPointer<UInt8>, _ receive: (Int32, Int) -> Void) {
        split(word, { word, add in for at in word.indices { add(at, letters[Int(word[at])]) } }, receive)
    }

    /// The same for a word whose first symbols are those that `fill` adds, each with its place in the word.
    @inline(__always)
    func split(
        _ word: UnsafeBufferPointer<UInt8>, _ fill: (UnsafeBufferPointer<UInt8>, (_ start: Int, _ symbol: Int32) -> Void) -> Void,
        _ receive: (Int32, Int) -> Void
    ) {
        guard !word.isEmpty else { return }
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: word.count) { symbols in
            PartStarts.with(count: word.count) { starts in
                fill(word) { at, symbol in
                    symbols[at] = symbol
                    starts.insert(at)
                }
                merge(symbols, starts)
                var at = 0
                while at < word.count {
                    let end = starts.next(after: at)
                    receive(symbols[at] < limit ? symbols[at] : unknownID, end - at)
                    at = end
                }
            }
        }
    }

    /// Applies all merges to a word. Each part's symbol is stored at the part's start.
    private func merge(_ symbols: UnsafeMutableBufferPointer<Int32>, _ starts: PartStarts) {
        func merge(_ at: Int) -> Merge? {
            guard at >= 0, starts.contains(at) else { return nil }
            let next = starts.next(after: at)
            return next < starts.count ? merges[Self.key(symbols[at], symbols[next])] : nil
        }
        var heap = CandidateHeap(parts: starts.count)
        for at in 0..<starts.count { if let found = merge(at) { heap.push(found.rank, at) } }
        var fresh: [Int32] = []
        while let rank = heap.leastRank {
            fresh.removeAll(keepingCapacity: true)
            while heap.leastRank == rank {
                let at = heap.pop()
                // The candidate may be gone, or its pair may have changed.
                guard let found = merge(at), found.rank == rank else { continue }
                starts.remove(starts.next(after: at))
                symbols[at] = found.symbol
                fresh.append(Int32(at))
            }
            for at in fresh where starts.contains(Int(at)) {
                for at in [starts.previous(before: Int(at)), Int(at)] { if let found = merge(at) { heap.push(found.rank, at) } }
            }
        }
    }
}
