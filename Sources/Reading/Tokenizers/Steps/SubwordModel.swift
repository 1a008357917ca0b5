import TenorFiles

/// The model of a `tokenizer.json`: how a word becomes tokens.
///
/// No text gets the id of a special token: their entries in the vocabulary are left out.
enum SubwordModel: Sendable {
    case unigram(UnigramVocabulary)
    case merges(MergeVocabulary)
    case wordPieces(WordPieces, longestWord: Int)

    /// The vocabulary, unknown token and algorithm of a `tokenizer.json`.
    ///
    /// - Parameter isByteLevel: whether words are spelt in GPT-2's alphabet of bytes.
    init(_ value: JSON?, _ spellings: [Int32: String], specials: SpecialSet, isByteLevel: Bool, file: String) throws(TokenizerError) {
        let type = value?["type"]?.string ?? Self.type(of: value)
        func refuse(_ name: String, _ isAccepted: (JSON) -> Bool, needs: String) throws(TokenizerError) {
            guard let found = value?[name], found != .null, !isAccepted(found) else { return }
            throw .badField(file: file, name: name, needs: needs)
        }
        try refuse("dropout", { $0.double == 0 }, needs: "none")
        try refuse("end_of_word_suffix", { $0.string?.isEmpty == true }, needs: "empty")
        try refuse("ignore_merges", { $0.bool == false }, needs: "false")
        let unknown = value?["unk_token"]?.string ?? (type == "WordPiece" ? "[UNK]" : nil)
        var ids: [ByteString: Int32] = Dictionary(minimumCapacity: spellings.count)
        for (id, spelling) in spellings { ids[ByteString(spelling)] = id }
        let unknownID = unknown.flatMap { ids[ByteString($0)] }
        let usesBytes = value?["byte_fallback"]?.bool ?? false
        switch type {
        case "Unigram":
            self = .unigram(try UnigramVocabulary(value ?? [:], specials: specials, usesBytes: usesBytes, file: file))
        case "BPE":
            try refuse("continuing_subword_prefix", { $0.string?.isEmpty == true }, needs: "empty")
            self = .merges(
                MergeVocabulary(
                    try MergeTable.pairs(value?["merges"], file: file), ids: ids, specials: specials, unknownID: unknownID,
                    joinsUnknown: value?["fuse_unk"]?.bool ?? false, usesBytes: usesBytes, isByteLevel: isByteLevel))
        case "WordPiece":
            guard let unknownID else { throw .missingToken(file: file, token: unknown ?? "unk_token") }
            let prefix = value?["continuing_subword_prefix"]?.string ?? "##"
            let texts = spellings.filter { !specials.contains($0.value, $0.key) }.sorted { $0.key < $1.key }
            self = .wordPieces(
                WordPieces(texts.map { ($0.value, $0.key) }, prefix: prefix, unknownID: unknownID),
                longestWord: value?["max_input_chars_per_word"]?.int ?? 100)
        default: throw .conflict(file: file, what: "its model is \(quoted(type)), and Unigram, BPE or WordPiece is needed")
        }
    }

    /// The type of a model in a file of an old version, which did not say.
    private static func type(of model: JSON?) -> String {
        if model?["merges"] != nil { return "BPE" }
        return model?["vocab"]?.array != nil ? "Unigram" : "WordPiece"
    }

    var name: String {
        switch self {
        case .unigram: "unigram"
        case .merges: "byte-pair"
        case .wordPieces: "WordPiece"
        }
    }

    var unknownID: Int32? {
        switch self {
        case .unigram(let model): model.unknownID
        case .merges(let model): model.unknownID
        case .wordPieces(let model, _): model.unknownID
        }
    }

    /// Calls `receive` with the id of each token of a word and the bytes that it covers.
    func split(_ word: UnsafeBufferPointer<UInt8>, _ receive: (Int32, Range<Int>) -> Void) {
        switch self {
        case .unigram(let model): model.split(word, receive)
        case .merges(let model): model.split(word, receive)
        case .wordPieces(let model, let longest): model.split(word, longest: longest, receive)
        }
    }
}
