/// The best segmentation of normalised text under a unigram model, in single precision throughout.
///
/// libsentencepiece 0.1.97 compares a path's score in double precision with one kept in single precision, so that of two paths
/// equally good the winner is a matter of rounding. Later releases, the reference's 0.2.3 among them, compare in single precision: in
/// "noooooo" the two cut differently, because the same pieces in another order spell the same word. So the pieces are found here, in
/// a third of the time that the library takes to find them and to hand them over.
struct Unigram: Sendable {
    /// Nil where the library has to normalise.
    let normalizer: PieceNormalizer?
    private let trie: PieceTrie
    private let scores: [Float]
    private let unknownScore: Float
    private let unknownID: Int32
    /// The ids of the pieces that stand for single bytes, where the model has them.
    let bytePieces: [Int32]?

    /// Nil for models of other types.
    init?(_ bytes: [UInt8], unknownID: Int32) {
        guard SerializedModel.isUnigram(bytes), let pieces = SerializedModel.pieces(bytes) else { return nil }
        let normal = pieces.lazy.filter { $0.type == .normal }.map(\.score)
        guard let least = normal.min(), let greatest = normal.max() else { return nil }
        var scores: [Float] = []
        var byByte: [Int32] = Array(repeating: -1, count: 256)
        for (id, piece) in pieces.enumerated() {
            // A symbol of the user's is worth more than any pieces that spell it.
            scores.append(piece.type == .userDefined ? Float(piece.spelling.count) * greatest - 0.1 : piece.score)
            switch piece.type {
            case .byte:
                if let byte = SerializedModel.byte(bytes[piece.spelling]) { byByte[Int(byte)] = Int32(id) }
            case .normal, .userDefined, .other: break
            }
        }
        trie = PieceTrie(
            pieces.enumerated().lazy.filter { $1.type == .normal || $1.type == .userDefined }.map { (bytes[$1.spelling], Int32($0)) })
        self.scores = scores
        let symbols = pieces.enumerated().filter { $1.type == .userDefined }
        normalizer = PieceNormalizer(
            bytes, symbols: symbols.isEmpty ? nil : PieceTrie(symbols.lazy.map { (bytes[$1.spelling], Int32($0)) }))
        self.unknownID = unknownID
        unknownScore = least - 10
        bytePieces = byByte.contains(-1) ? nil : byByte
    }

    /// Calls `receive` with each piece of `text`, as id and length, from the last to the first; unknown characters one at a time.
    func segment(_ text: UnsafeBufferPointer<UInt8>, _ receive: (Int32, Range<Int>) -> Void) {
        struct Arrival {
            var score: Float
            var start: Int32
            var id: Int32
        }
        withUnsafeTemporaryAllocation(of: Arrival.self, capacity: text.count + 1) { best in
            best.initialize(repeating: Arrival(score: 0, start: -1, id: -1))
            scores.withUnsafeBufferPointer { scores in
                var start = 0
                while start < text.count {
                    let width = min(Self.width(text[start]), text.count - start)
                    let here = best[start].score
                    var hasSingle = false
                    func arrive(_ end: Int, _ score: Float, _ id: Int32) {
                        if best[end].start < 0 || score > best[end].score { best[end] = Arrival(score: score, start: Int32(start), id: id) }
                    }
                    trie.forEachPrefix(UnsafeBufferPointer(rebasing: text[start...])) { id, length in
                        arrive(start + length, scores[Int(id)] + here, id)
                        if length == width { hasSingle = true }
                    }
                    if !hasSingle { arrive(start + width, unknownScore + here, unknownID) }
                    start += width
                }
            }
            var end = text.count
            while end > 0, best[end].start >= 0 {
                let start = Int(best[end].start)
                receive(best[end].id, start..<end)
                end = start
            }
        }
    }

    @inline(__always)
    static func width(_ first: UInt8) -> Int {
        first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    }
}
