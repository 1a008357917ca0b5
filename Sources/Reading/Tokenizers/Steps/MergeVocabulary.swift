import TenorFiles

/// The byte-pair model of a `tokenizer.json` (`models/bpe/model.rs` in the tokenizers library).
struct MergeVocabulary: Sendable {
    let unknownID: Int32?
    private let table: MergeTable
    /// The tokens of one character.
    private let characters: PieceTrie
    private let joinsUnknown: Bool
    private let bytePieces: [Int32]?
    private let isByteLevel: Bool

    init(
        _ pairs: [(String, String)], ids: [ByteString: Int32], specials: SpecialSet, unknownID: Int32?, joinsUnknown: Bool, usesBytes: Bool,
        isByteLevel: Bool
    ) {
        self.unknownID = unknownID
        self.joinsUnknown = joinsUnknown
        self.isByteLevel = isByteLevel
        table = MergeTable(pairs, ids: ids, forbidden: specials.spellings, specials: specials.ids, unknownID: unknownID ?? -1)
        let texts = ids.lazy.map { (spelling: $0.key.string, id: $0.value) }.filter { !specials.contains($0.spelling, $0.id) }
        characters = PieceTrie(texts.filter { $0.spelling.unicodeScalars.count == 1 }.map { ($0.spelling.utf8, $0.id) })
        bytePieces = usesBytes ? byteTokens(texts) : nil
    }

    func split(_ word: UnsafeBufferPointer<UInt8>, _ receive: (Int32, Range<Int>) -> Void) {
        var at = 0
        func take(_ id: Int32, _ length: Int) {
            if id >= 0 { receive(id, at..<at + length) }
            at += length
        }
        if isByteLevel { table.split(word, take) } else { table.split(word, fill, take) }
    }

    /// Sets the symbols that a word has before any merge: its characters, or the bytes of unknown ones. Unknown characters in a row are one
    /// symbol if the model says so.
    private func fill(_ word: UnsafeBufferPointer<UInt8>, _ add: (_ start: Int, _ symbol: Int32) -> Void) {
        var at = 0
        var followsUnknown = false
        while at < word.count {
            let width = min(characterWidth(word[at]), word.count - at)
            let character = UnsafeBufferPointer(rebasing: word[at..<at + width])
            if let id = characters.exact(character) {
                add(at, id)
                followsUnknown = false
            } else if let bytePieces {
                for offset in 0..<width { add(at + offset, bytePieces[Int(word[at + offset])]) }
                followsUnknown = false
            } else {
                if !followsUnknown || !joinsUnknown { add(at, unknownID ?? -1) }
                followsUnknown = true
            }
            at += width
        }
    }
}
