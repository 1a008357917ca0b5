/// The best segmentation of normalised text under a unigram model. libsentencepiece computes scores in single precision, the tokenizers
/// library in double precision.
///
/// libsentencepiece 0.1.97 compares a path's score in double precision with one stored in single precision, so rounding decides between two
/// equally good paths. Later releases, including the reference's 0.2.3, compare in single precision. The two segment "noooooo" differently,
/// because the same pieces in another order spell the same word. So this class finds the pieces itself, in a fraction of the time that the
/// library takes to find and return them, and without loading it.
final class Unigram<Score: BinaryFloatingPoint & Sendable>: Sendable {
    private let trie: PieceTrie
    let unknownID: Int32
    private let scores: [Score]
    private let unknownScore: Score
    private let longestPiece: Int

    /// - Parameters:
    ///   - texts: the pieces that text can become.
    ///   - scores: the score of each id.
    convenience init(
        _ texts: [(spelling: String.UTF8View, id: Int32)], scores: [Score], unknownID: Int32, unknownScore: Score
    ) {
        self.init(
            PieceTrie(texts), scores: scores, unknownID: unknownID, unknownScore: unknownScore,
            longestPiece: texts.lazy.map(\.spelling.count).max() ?? 0)
    }

    private init(_ trie: PieceTrie, scores: [Score], unknownID: Int32, unknownScore: Score, longestPiece: Int) {
        (self.trie, self.scores, self.unknownID) = (trie, scores, unknownID)
        (self.unknownScore, self.longestPiece) = (unknownScore, longestPiece)
    }

    /// The state of segmenting a text one run at a time.
    struct Path {
        /// The last run's pieces with their ranges in it, the last piece first.
        fileprivate(set) var pieces: [(id: Int32, range: Range<Int>)] = []
        fileprivate var score: Score = 0
        fileprivate var arrivals: [Arrival] = []
    }

    /// The best path to a position in the text: its score, and its last piece.
    fileprivate struct Arrival {
        var score: Score = 0
        var start: Int32 = -1
        var id: Int32 = -1
    }

    /// Segments the next run of a text. Consecutive unknown characters are one piece.
    func extend(_ path: inout Path, by run: UnsafeBufferPointer<UInt8>) {
        path.arrivals.removeAll(keepingCapacity: true)
        path.arrivals.append(contentsOf: repeatElement(Arrival(), count: run.count + 1))
        path.arrivals[0].score = path.score
        path.arrivals.withUnsafeMutableBufferPointer { best in
            forEachStep(through: run) { start, length, id, score in
                let (end, score) = (start + length, score + best[start].score)
                if best[end].start < 0 || score > best[end].score { best[end] = Arrival(score: score, start: Int32(start), id: id) }
            }
        }
        path.score = path.arrivals[run.count].score
        path.pieces.removeAll(keepingCapacity: true)
        var end = run.count
        while end > 0 {
            let arrival = path.arrivals[end]
            let range = Int(arrival.start)..<end
            if arrival.id == unknownID, let last = path.pieces.last, last.id == unknownID {
                path.pieces[path.pieces.count - 1].range = range.lowerBound..<last.range.upperBound
            } else {
                path.pieces.append((arrival.id, range))
            }
            end = range.lowerBound
        }
    }

    /// Calls `receive` with the start, length, id and score of each piece that can occur in a run, from left to right.
    @inline(__always)
    private func forEachStep(through run: UnsafeBufferPointer<UInt8>, _ receive: (Int, Int, Int32, Score) -> Void) {
        let (trie, unknownID, unknownScore) = (trie, unknownID, unknownScore)
        scores.withUnsafeBufferPointer { scores in
            var start = 0
            while start < run.count {
                let width = min(characterWidth(run[start]), run.count - start)
                var hasSingle = false
                trie.forEachPrefix(UnsafeBufferPointer(rebasing: run[start...])) { id, length in
                    receive(start, length, id, scores[Int(id)])
                    if length == width { hasSingle = true }
                }
                if !hasSingle { receive(start, width, unknownID, unknownScore) }
                start += width
            }
        }
    }

    /// Whether a run is long enough to store its path in two bytes per position instead of twelve.
    func isLong(_ run: UnsafeBufferPointer<UInt8>) -> Bool { run.count > 1 << 14 && longestPiece < Int(UInt16.max) }

    /// Segments the next run of a text like ``extend(_:by:)``. Calls `receive` with each piece and each unknown character in order. Keeps
    /// only the length of the best piece that ends at a position, and scores only as far back as a piece reaches.
    func extend(_ path: inout Path, byLong run: UnsafeBufferPointer<UInt8>, _ receive: (Int32, Range<Int>) -> Void) {
        let lengths = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: run.count + 1)
        lengths.initialize(repeating: 0)
        defer { lengths.deallocate() }
        var window = 8
        while window <= longestPiece { window *= 2 }
        var scores = [Score](repeating: 0, count: window)
        scores[0] = path.score
        scores.withUnsafeMutableBufferPointer { scores in
            forEachStep(through: run) { start, length, _, score in
                let (end, score) = (start + length, score + scores[start & (window - 1)])
                guard lengths[end] == 0 || score > scores[end & (window - 1)] else { return }
                lengths[end] = UInt16(length)
                scores[end & (window - 1)] = score
            }
        }
        path.score = scores[run.count & (window - 1)]
        // Trace back: store at each position the length of the piece that begins there.
        var end = run.count
        var following: UInt16 = 0
        while end > 0 {
            (lengths[end], following) = (following, lengths[end])
            end -= Int(following)
        }
        lengths[0] = following
        var start = 0
        while start < run.count {
            let range = start..<start + Int(lengths[start])
            receive(trie.exact(UnsafeBufferPointer(rebasing: run[range])) ?? unknownID, range)
            start = range.upperBound
        }
    }
}

extension Unigram<Float> {
    /// The model of a SentencePiece file.
    convenience init(_ table: PieceTable) {
        let ids = 0..<Int32(table.size)
        let normal = ids.lazy.filter { table.type($0) == .normal }.map(table.score)
        let greatest = normal.max()!
        let scores = ids.map { id in
            // A user-defined symbol scores higher than any pieces that spell it.
            table.type(id) == .userDefined ? Float(table.withSpelling(id, \.count)) * greatest - 0.1 : table.score(id)
        }
        self.init(
            table.trie, scores: scores, unknownID: table.unknownID, unknownScore: normal.min()! - 10,
            longestPiece: ids.lazy.map { table.withSpelling($0, \.count) }.max() ?? 0)
    }
}

/// The number of bytes of a character in UTF-8, from its first byte.
@inline(__always)
func characterWidth(_ first: UInt8) -> Int {
    first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
}
