/// A text as a model takes it: the ids of its pieces, special tokens included.
package struct Encoding: Sendable, Equatable {
    package var ids: [Int32]
    /// For each id the bytes of the original text, in UTF-8, that it stands for; empty for special tokens.
    package var offsets: [Range<Int>]
    /// How many pieces of the text were cut to keep to the greatest length.
    package var truncated: Int

    package init(ids: [Int32], offsets: [Range<Int>], truncated: Int) {
        self.ids = ids
        self.offsets = offsets
        self.truncated = truncated
    }
}

/// What turns a text into ids for one model. The ids are those of the slow tokenizers of transformers 4.57.3.
///
/// Text is plain text: a special token that somebody types is not that token, and no text has a special token's id but the unknown
/// one's. Else whoever writes the text could end it early, or mask a part of it. Where the reference leaks in spite of
/// `split_special_tokens=True`, its steps are taken without the leak (``WordPieceTokenizer`` says where; Tests/Fixtures/tokenizers.py how).
package protocol Tokenizer: Sendable {
    /// The pieces of `text` between the model's special tokens, at most `maxLength` in all. What is too much is cut at the right;
    /// special tokens stay, even where `maxLength` has room for nothing else.
    func encode(_ text: String, maxLength: Int) -> Encoding

    /// The ids alone, where the offsets are of no use.
    func ids(_ text: String, maxLength: Int) -> (ids: [Int32], truncated: Int)

    /// How the piece is spelt.
    func piece(_ id: Int32) -> String

    /// One more than the greatest id that a text can have, added tokens included: the least rows of a model's table.
    var vocabularySize: Int { get }
    var padID: Int32 { get }
    var unknownID: Int32 { get }
    /// The greatest length that the folder names for its model, special tokens included.
    var maxLength: Int? { get }
    /// Which tokenizer this is, and what in the folder made it so.
    var kind: TokenizerKind { get }
    /// The names of the folder's files that belong to the tokenizer.
    var files: [String] { get }
}

/// Words about a tokenizer for people.
package struct TokenizerKind: Sendable, Equatable {
    package var name: String
    package var reasons: [String]

    package init(name: String, reasons: [String]) {
        self.name = name
        self.reasons = reasons
    }
}

/// Chooses and loads the tokenizer of a model folder.
package func loadTokenizer(folder: String) throws(TokenizerError) -> any Tokenizer {
    let files = try TokenizerFiles(folder: folder)
    switch files.family.algorithm {
    case .sentencePiece(let wrapping): return try SentencePieceTokenizer(files, wrapping)
    case .wordPiece: return try WordPieceTokenizer(files)
    case .byteLevel(let wrapping): return try ByteLevelTokenizer(files, wrapping)
    }
}

/// The special tokens around a text, and the cutting of what does not fit between them.
struct Template: Sendable {
    let before: [Int32]
    let after: [Int32]

    /// Room for the pieces of a text between the special tokens.
    func pieces(maxLength: Int) -> Pieces { Pieces(limit: max(0, maxLength - before.count - after.count)) }

    func ids(_ pieces: Pieces) -> (ids: [Int32], truncated: Int) {
        (before + pieces.ids + after, pieces.count - pieces.ids.count)
    }

    func encoding(_ pieces: Pieces) -> Encoding {
        let (ids, truncated) = ids(pieces)
        let end = pieces.offsets.last?.upperBound ?? 0
        return Encoding(
            ids: ids, offsets: before.map { _ in 0..<0 } + pieces.offsets + after.map { _ in end..<end }, truncated: truncated)
    }
}

/// The first pieces of a text, up to a limit, and how many there are in all.
struct Pieces {
    private(set) var ids: [Int32] = []
    private(set) var offsets: [Range<Int>] = []
    private(set) var count = 0
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Makes room for the pieces of a text of so many bytes.
    mutating func reserve(forBytes count: Int) { ids.reserveCapacity(min(count / 3, limit)) }

    @inline(__always)
    mutating func append(_ id: Int32, _ offset: Range<Int>? = nil) {
        count += 1
        guard count <= limit else { return }
        ids.append(id)
        if let offset { offsets.append(offset) }
    }
}
