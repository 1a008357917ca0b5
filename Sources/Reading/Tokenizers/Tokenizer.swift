/// A text as a model takes it: the ids of its tokens, including special tokens.
package struct Encoding: Sendable, Equatable {
    package var ids: [Int32]
    /// For each id, the range of bytes of the original text, in UTF-8, that it stands for; empty for special tokens.
    package var offsets: [Range<Int>]
    /// How many tokens of the text were truncated to keep to the maximum length.
    package var truncated: Int

    package init(ids: [Int32], offsets: [Range<Int>], truncated: Int) {
        self.ids = ids
        self.offsets = offsets
        self.truncated = truncated
    }
}

/// Converts a text to ids for one model. The ids are those of the slow tokenizers of transformers 4.57.3 or, for ``StepTokenizer``, those of
/// the tokenizers library 0.22.
///
/// Unless it is loaded with ``SpecialTokens/tokens``, text is plain text: a typed special token is not that token, and no text gets the id of
/// a special token other than the unknown token. Otherwise the author of a text could end it early, or mask part of it. Where the reference leaks despite `split_special_tokens=True`,
/// this code follows its steps without the leak (``WordPieceTokenizer`` says where; Tests/Fixtures/tokenizers.py and saved.py how).
package protocol Tokenizer: Sendable {
    /// The tokens of `text` between the model's special tokens, at most `maxLength` in total. Excess tokens are truncated on the right;
    /// special tokens are kept, even if `maxLength` leaves room for nothing else.
    func encode(_ text: String, maxLength: Int) -> Encoding

    /// The ids alone, if the offsets are not needed.
    func ids(_ text: String, maxLength: Int) -> (ids: [Int32], truncated: Int)

    /// The spelling of a token.
    func piece(_ id: Int32) -> String

    /// One more than the highest id that a text can have, including added tokens: the minimum number of rows of a model's embedding table.
    var vocabularySize: Int { get }
    var unknownID: Int32 { get }
    /// The special tokens that are text where a text spells them; none if they are read as tokens.
    var specials: SpecialSpellings { get }
    /// The maximum length that the folder specifies for its model, including special tokens.
    var maxLength: Int? { get }
    /// Which tokenizer this is, and what in the folder determined that.
    var kind: TokenizerKind { get }
    /// The names of the folder's files that belong to the tokenizer.
    var files: [String] { get }
}

/// A human-readable description of a tokenizer.
package struct TokenizerKind: Sendable, Equatable {
    package var name: String
    package var reasons: [String]
    /// Messages about settings of the folder that are not read.
    package var warnings: [String]

    package init(name: String, reasons: [String], warnings: [String] = []) {
        self.name = name
        self.reasons = reasons
        self.warnings = warnings
    }
}

/// Chooses and loads the tokenizer of a model folder.
///
/// - Parameter specialTokens: how special tokens are read where a text spells them.
package func loadTokenizer(folder: String, specialTokens: SpecialTokens = .text) throws(TokenizerError) -> any Tokenizer {
    let files = try TokenizerFiles(folder: folder, specialTokens: specialTokens)
    if let steps = files.steps { return try StepTokenizer(files, steps) }
    switch files.family.algorithm {
    case .sentencePiece(let wrapping):
        let tokenizer = try SentencePieceTokenizer(files, wrapping)
        // AutoTokenizer follows the steps of tokenizer.json. If its vocabulary is another, or a step is not computed here, the model counts.
        guard let whole = files.alternative, vocabularyConflict(of: tokenizer, whole) == nil,
            let steps = try? StepTokenizer(files, whole)
        else { return tokenizer }
        return steps
    case .wordPiece: return try WordPieceTokenizer(files)
    case .byteLevel(let wrapping): return try ByteLevelTokenizer(files, wrapping)
    }
}
