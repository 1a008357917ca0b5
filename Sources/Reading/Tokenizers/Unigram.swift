/// The best segmentation of normalised text under a unigram model, in single precision throughout.
///
/// libsentencepiece 0.1.97 compares a path's score in double precision with one kept in single precision, so that of two paths
/// equally good the winner is a matter of rounding. Later releases, the reference's 0.2.3 among them, compare in single precision: in
/// "noooooo" the two cut differently, because the same pieces in another order spell the same word. So the pieces are found here, in
/// a fraction of the time that the library takes to find them and to hand them over, and without loading it.
final class Unigram: Sendable {
    let table: PieceTable
    /// The ids of the pieces that stand for single bytes, where the model has them.
    let bytePieces: [Int32]?
    let normalizer: PieceNormalizer
    private let scores: [Float]
    private let unknownScore: Float

    /// Nil for models that the library has to run.
    ///
    /// - Parameter rules: the model's own.
    init?(_ bytes: [UInt8], rules: NormalizationTable) {
        guard let table = PieceTable(bytes), let settings = SerializedModel.normalization(bytes), !settings.spaceAsSuffix else {
            return nil
        }
        self.table = table
        let ids = 0..<Int32(table.size)
        let normal = ids.lazy.filter { table.type($0) == .normal }.map(table.score)
        let greatest = normal.max()!
        unknownScore = normal.min()! - 10
        scores = ids.map { id in
            // A symbol of the user's is worth more than any pieces that spell it.
            table.type(id) == .userDefined ? Float(table.withSpelling(id, \.count)) * greatest - 0.1 : table.score(id)
        }
        var byByte: [Int32] = Array(repeating: -1, count: 256)
        for (spelling, id) in table.spellings(.byte) { if let byte = SerializedModel.byte(spelling) { byByte[Int(byte)] = id } }
        let hasBytes = !byByte.contains(-1)
        if settings.fallsBackToBytes != hasBytes { return nil }
        bytePieces = hasBytes ? byByte : nil

        // Where a word's start is a piece by itself and no piece goes on beyond one, all paths meet at word starts.
        let wordStart = Array("▁".utf8)
        func wordStarts(in spelling: ArraySlice<UInt8>) -> Int { spelling.indices.count { spelling[$0...].starts(with: wordStart) } }
        let texts = table.spellings(.normal) + table.spellings(.userDefined)
        let pathsMeet =
            texts.contains { $0.spelling.elementsEqual(wordStart) }
            && texts.allSatisfy { wordStarts(in: $0.spelling.dropFirst()) == 0 }
        let symbols = table.spellings(.userDefined)
        normalizer = PieceNormalizer(
            settings, rules: rules, symbols: symbols.isEmpty ? nil : PieceTrie(symbols), cutsAtWordStarts: pathsMeet)
    }

    /// What is known of a text that is segmented a run at a time.
    struct Path {
        /// The last run's pieces with their places in it, the last piece first.
        fileprivate(set) var pieces: [(id: Int32, range: Range<Int>)] = []
        fileprivate var score: Float = 0
        fileprivate var arrivals: [Arrival] = []
    }

    /// The best way to a place in the text: the score so far, and the piece that leads there.
    fileprivate struct Arrival {
        var score: Float = 0
        var start: Int32 = -1
        var id: Int32 = -1
    }

    /// Segments the next run of a text. Unknown characters in a row are one unknown piece, or each of their bytes is a piece.
    func extend(_ path: inout Path, by run: UnsafeBufferPointer<UInt8>) {
        let (trie, unknownID, unknownScore) = (table.trie, table.unknownID, unknownScore)
        path.arrivals.removeAll(keepingCapacity: true)
        path.arrivals.append(contentsOf: repeatElement(Arrival(), count: run.count + 1))
        path.arrivals[0].score = path.score
        path.arrivals.withUnsafeMutableBufferPointer { best in
            scores.withUnsafeBufferPointer { scores in
                var start = 0
                while start < run.count {
                    let width = min(Self.width(run[start]), run.count - start)
                    let here = best[start].score
                    var hasSingle = false
                    func arrive(_ end: Int, _ score: Float, _ id: Int32) {
                        if best[end].start < 0 || score > best[end].score { best[end] = Arrival(score: score, start: Int32(start), id: id) }
                    }
                    trie.forEachPrefix(UnsafeBufferPointer(rebasing: run[start...])) { id, length in
                        arrive(start + length, scores[Int(id)] + here, id)
                        if length == width { hasSingle = true }
                    }
                    if !hasSingle { arrive(start + width, unknownScore + here, unknownID) }
                    start += width
                }
            }
        }
        path.score = path.arrivals[run.count].score
        path.pieces.removeAll(keepingCapacity: true)
        var end = run.count
        while end > 0 {
            let arrival = path.arrivals[end]
            let range = Int(arrival.start)..<end
            if arrival.id != unknownID {
                path.pieces.append((arrival.id, range))
            } else if let bytePieces {
                for at in range.reversed() { path.pieces.append((bytePieces[Int(run[at])], at..<at + 1)) }
            } else if let last = path.pieces.last, last.id == unknownID {
                path.pieces[path.pieces.count - 1].range = range.lowerBound..<last.range.upperBound
            } else {
                path.pieces.append((unknownID, range))
            }
            end = range.lowerBound
        }
    }

    @inline(__always)
    static func width(_ first: UInt8) -> Int {
        first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    }
}
