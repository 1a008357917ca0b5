import TenorFiles

/// The unigram model of a `tokenizer.json`, in double precision as in the tokenizers library (`models/unigram/model.rs`).
struct UnigramVocabulary: Sendable {
    let unknownID: Int32?
    private let unigram: Unigram<Double>
    private let bytePieces: [Int32]?

    init(_ model: JSON, specials: SpecialSet, usesBytes: Bool, file: String) throws(TokenizerError) {
        var pieces: [(spelling: String, score: Double)] = []
        for value in model["vocab"]?.array ?? [] {
            guard let pair = value.array, pair.count == 2, let piece = pair[0].string, let score = pair[1].double, score.isFinite else {
                throw .badField(file: file, name: "vocab", needs: "a list of pieces with scores")
            }
            pieces.append((piece, score))
        }
        guard !pieces.isEmpty else { throw .badField(file: file, name: "vocab", needs: "a list of pieces with scores") }
        let unknown = model["unk_id"]?.int32
        if let unknown, !(0..<Int32(pieces.count)).contains(unknown) {
            throw .badField(file: file, name: "unk_id", needs: "the id of a piece")
        }
        unknownID = unknown
        var texts: [(spelling: String.UTF8View, id: Int32)] = []
        for (id, piece) in pieces.enumerated() where !piece.spelling.isEmpty && !specials.contains(piece.spelling, Int32(id)) {
            texts.append((piece.spelling.utf8, Int32(id)))
        }
        unigram = Unigram(
            texts, scores: pieces.map(\.score), unknownID: unknown ?? -1, unknownScore: pieces.lazy.map(\.score).min()! - 10)
        bytePieces = usesBytes ? byteTokens(texts.lazy.map { (String($0.spelling), $0.id) }) : nil
    }

    func split(_ word: UnsafeBufferPointer<UInt8>, _ receive: (Int32, Range<Int>) -> Void) {
        var path = Unigram<Double>.Path()
        unigram.extend(&path, by: word)
        for (id, range) in path.pieces.reversed() {
            if id != unigram.unknownID {
                receive(id, range)
            } else if let bytePieces {
                for at in range { receive(bytePieces[Int(word[at])], at..<at + 1) }
            } else if let unknownID {
                receive(unknownID, range)
            }
        }
    }
}

/// The ids of the tokens `<0x00>` to `<0xFF>`, by byte; nil where one is missing.
func byteTokens(_ tokens: some Sequence<(spelling: String, id: Int32)>) -> [Int32]? {
    var ids = [Int32](repeating: -1, count: 256)
    for (spelling, id) in tokens { if let byte = SentencePieceFile.byte(spelling.utf8) { ids[Int(byte)] = id } }
    return ids.contains(-1) ? nil : ids
}
