/// The pieces of a model as listed in its file: ids, spellings, scores and types.
struct PieceTable: Sendable {
    private let bytes: [UInt8]
    private let pieces: [SentencePieceFile.Piece]
    /// The pieces that text can become: normal and user-defined ones.
    let trie: PieceTrie
    /// All other pieces, including byte pieces.
    private let others: PieceTrie
    let unknownID: Int32

    /// Nil for a model that libsentencepiece might reject; the library then decides.
    init?(_ bytes: [UInt8]) {
        guard let pieces = SentencePieceFile.pieces(bytes), let settings = SentencePieceFile.settings(bytes),
            let normalization = SentencePieceFile.normalization(bytes),
            !settings.contains(where: { $0.number == SentencePieceFile.selfTest })
        else { return nil }
        func ids(_ isIncluded: (SentencePieceFile.PieceType) -> Bool) -> [Int32] {
            pieces.indices.filter { isIncluded(pieces[$0].type) }.map(Int32.init)
        }
        let unknown = ids { $0 == .unknown }
        let spellings = pieces.filter { $0.type == .byte }.map { String(decoding: bytes[$0.spelling], as: UTF8.self) }
        guard unknown.count == 1, ids({ $0 == .other }).isEmpty,
            spellings.sorted() == (normalization.fallsBackToBytes ? byteSpellings : []),
            pieces.contains(where: { $0.type == .normal }),
            pieces.allSatisfy({ !$0.spelling.isEmpty && !bytes[$0.spelling].contains(0) })
        else { return nil }
        self.bytes = bytes
        self.pieces = pieces
        unknownID = unknown[0]
        let texts = ids { $0 == .normal || $0 == .userDefined }
        trie = PieceTrie(texts.lazy.map { (bytes[pieces[Int($0)].spelling], $0) })
        let rest = ids { $0 != .normal && $0 != .userDefined }
        others = PieceTrie(rest.lazy.map { (bytes[pieces[Int($0)].spelling], $0) })
        // Of two pieces with the same spelling only one can be found.
        let areDistinct = bytes.withUnsafeBytes { bytes in
            (0..<Int32(pieces.count)).allSatisfy { id in
                let spelling = UnsafeRawBufferPointer(rebasing: bytes[pieces[Int(id)].spelling])
                let (text, other) = (Self.id(spelling, trie), Self.id(spelling, others))
                return type(id) == .normal || type(id) == .userDefined ? text == id && other == nil : other == id
            }
        }
        if !areDistinct { return nil }
    }

    var size: Int { pieces.count }

    func type(_ id: Int32) -> SentencePieceFile.PieceType { pieces[Int(id)].type }

    func score(_ id: Int32) -> Float { pieces[Int(id)].score }

    /// The pieces of a type, with their ids.
    func spellings(_ type: SentencePieceFile.PieceType) -> [(spelling: ArraySlice<UInt8>, id: Int32)] {
        pieces.indices.lazy.filter { pieces[$0].type == type }.map { (bytes[pieces[$0].spelling], Int32($0)) }
    }

    func withSpelling<Result>(_ id: Int32, _ use: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeBytes { use(UnsafeRawBufferPointer(rebasing: $0[pieces[Int(id)].spelling])) }
    }

    /// The id of the piece with this spelling, or the unknown id.
    func id(_ spelling: UnsafeRawBufferPointer) -> Int32 { Self.id(spelling, trie) ?? Self.id(spelling, others) ?? unknownID }

    private static func id(_ spelling: UnsafeRawBufferPointer, _ trie: PieceTrie) -> Int32? {
        spelling.withMemoryRebound(to: UInt8.self) { trie.exact($0) }
    }
}

/// The spellings of the byte pieces: <0x00> to <0xFF>, sorted.
private let byteSpellings: [String] = (0..<256).map { byte in
    let digits = String(byte, radix: 16, uppercase: true)
    return "<0x" + (byte < 16 ? "0" : "") + digits + ">"
}
