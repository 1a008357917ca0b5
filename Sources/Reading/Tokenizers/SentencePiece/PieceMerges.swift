/// Byte-pair merging for a SentencePiece model, as in libsentencepiece (bpe_model.cc): of all neighbours that together spell a piece, those
/// whose piece has the highest score are merged, leftmost first, until none are left.
final class PieceMerges: Sendable {
    private let trie: PieceTrie
    private let symbols: PieceTrie?
    /// Each piece's rank by score, highest first. Pieces with equal scores share a rank.
    private let ranks: [Int32]
    private let longestPiece: Int

    /// Nil if a score is NaN.
    ///
    /// - Parameter symbols: user-defined symbols, which are never merged.
    init?(_ table: PieceTable, symbols: PieceTrie?) {
        trie = table.trie
        self.symbols = symbols
        let scores = (0..<Int32(table.size)).map(table.score)
        if scores.contains(where: \.isNaN) { return nil }
        var (rank, last) = (Int32(0), Float.infinity)
        var ranks = [Int32](repeating: 0, count: scores.count)
        for id in scores.indices.sorted(by: { scores[$0] > scores[$1] }) {
            if scores[id] < last { rank += 1 }
            (ranks[id], last) = (rank, scores[id])
        }
        self.ranks = ranks
        longestPiece = (0..<Int32(table.size)).lazy.map { table.withSpelling($0, \.count) }.max() ?? 0
    }

    /// Calls `receive` with the range of each part that remains.
    func split(_ run: UnsafeBufferPointer<UInt8>, _ receive: (Range<Int>) -> Void) {
        guard !run.isEmpty else { return }
        PartStarts.with(count: run.count) { starts in
            if symbols == nil {
                let count = insertCharacters(of: run, into: starts)
                merge(run, starts, count: count) { _ in true }
            } else {
                PartStarts.with(count: run.count) { fixed in
                    let count = insertCharacters(of: run, into: starts, fixed)
                    merge(run, starts, count: count) { !fixed.contains($0) }
                }
            }
            var at = 0
            while at < run.count {
                let end = starts.next(after: at)
                receive(at..<end)
                at = end
            }
        }
    }

    /// Returns the number of characters. Each user-defined symbol counts as one.
    private func insertCharacters(of run: UnsafeBufferPointer<UInt8>, into starts: PartStarts, _ fixed: PartStarts? = nil) -> Int {
        var (at, count) = (0, 0)
        while at < run.count {
            starts.insert(at)
            count += 1
            if let fixed, let symbol = symbols?.longest(UnsafeBufferPointer(rebasing: run[at...])) {
                fixed.insert(at)
                at += symbol.length
            } else {
                at += min(characterWidth(run[at]), run.count - at)
            }
        }
        return count
    }

    @inline(__always)
    private func merge(_ run: UnsafeBufferPointer<UInt8>, _ starts: PartStarts, count: Int, _ isFree: (Int) -> Bool) {
        /// The rank of the piece that a part spells together with the next.
        func rank(_ at: Int) -> Int32? {
            guard at >= 0, starts.contains(at), isFree(at) else { return nil }
            let next = starts.next(after: at)
            guard next < run.count, isFree(next), case let end = starts.next(after: next), end - at <= longestPiece else { return nil }
            return trie.exact(UnsafeBufferPointer(rebasing: run[at..<end])).map { ranks[Int($0)] }
        }
        var heap = CandidateHeap(parts: count)
        for at in run.indices { if let rank = rank(at) { heap.push(rank, at) } }
        while let least = heap.leastRank {
            let at = heap.pop()
            // The candidate may be gone, or its pair may have changed.
            guard rank(at) == least else { continue }
            starts.remove(starts.next(after: at))
            for at in [starts.previous(before: at), at] { if let rank = rank(at) { heap.push(rank, at) } }
        }
    }
}
