/// Converts a text to ids for one model. The ids are those of the slow tokenizers of transformers 4.57.3 or, for ``StepTokenizer``, those of
/// the tokenizers library 0.22.
///
/// Unless it is loaded with ``SpecialTokens/tokens``, text is plain text: a typed special token is not that token, and no text gets the id of
/// a special token other than the unknown token. Otherwise the author of a text could end it early, or mask part of it. Where the reference leaks despite `split_special_tokens=True`,
/// this code follows its steps without the leak (``WordPieceTokenizer`` says where; Tests/Fixtures/tokenizers.py and saved.py how).
package protocol Tokenizer: Sendable {
    /// Appends the tokens of `text`, without special tokens around it, and their places if `wantsOffsets`.
    func append(_ text: String, wantsOffsets: Bool, to pieces: inout Pieces)

    /// The special tokens around a text.
    var template: Template { get }

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

extension Tokenizer {
    /// The tokens of `text` between the model's special tokens, at most `maxLength` in total. Excess tokens are truncated on the folder's
    /// side; special tokens are kept, even if `maxLength` leaves room for nothing else.
    package func encode(_ text: String, maxLength: Int) -> Encoding {
        var pieces = template.pieces(maxLength: maxLength)
        append(text, wantsOffsets: true, to: &pieces)
        return template.encoding(pieces)
    }

    /// The ids alone, if the offsets are not needed.
    package func ids(_ text: String, maxLength: Int) -> (ids: [Int32], truncated: Int) {
        var pieces = template.pieces(maxLength: maxLength)
        pieces.reserve(forBytes: text.utf8.count)
        append(text, wantsOffsets: false, to: &pieces)
        return template.ids(pieces)
    }

    /// All tokens of a text, without special tokens.
    package func content(_ text: String, wantsOffsets: Bool = false) -> Pieces {
        var pieces = Pieces(limit: .max, side: .right)
        pieces.reserve(forBytes: text.utf8.count)
        append(text, wantsOffsets: wantsOffsets, to: &pieces)
        return pieces
    }

    /// The ids of a text or, where there are two, of both. Two need ``takesPairs``.
    package func ids(_ text: InputText, maxLength: Int) -> (ids: [Int32], truncated: Int) {
        guard let second = text.second else { return ids(text.first, maxLength: maxLength) }
        let pair = ids(text.first, second, maxLength: maxLength)
        return (pair.ids, pair.truncated)
    }

    /// Whether the folder says how two texts are joined.
    package var takesPairs: Bool { template.pair != nil }

    /// The tokens of two texts with the special tokens around them, at most `maxLength` in total, and the index of the first token of type
    /// 1, or their number if there is none. The longer text is truncated first. Needs ``takesPairs``.
    package func ids(_ first: String, _ second: String, maxLength: Int) -> (ids: [Int32], second: Int, truncated: Int) {
        let (encoding, start) = encode(first, second, maxLength: maxLength, wantsOffsets: false)
        return (encoding.ids, start, encoding.truncated)
    }

    /// As ``ids(_:_:maxLength:)``, with each token's place in ``InputText/shown`` if `wantsOffsets`.
    package func encode(
        _ first: String, _ second: String, maxLength: Int, wantsOffsets: Bool
    ) -> (encoding: Encoding, second: Int) {
        let pair = template.pair!
        let room = max(0, maxLength - pair.before.count - pair.between.count - pair.after.count)
        let (a, b) = (content(first, wantsOffsets: wantsOffsets), content(second, wantsOffsets: wantsOffsets))
        let kept = PairTemplate.kept(a.count, b.count, limit: room)
        func part<Value>(_ values: [Value], _ count: Int) -> ArraySlice<Value> {
            template.side == .right ? values.prefix(count) : values.suffix(count)
        }
        let head = pair.before + part(a.ids, kept.first) + pair.between
        let ids = head + part(b.ids, kept.second) + pair.after
        var offsets: [Range<Int>] = []
        if wantsOffsets {
            let shift = InputText(first, second).secondStart
            offsets = pair.before.map { _ in 0..<0 } + part(a.offsets, kept.first) + pair.between.map { _ in 0..<0 }
            offsets += part(b.offsets, kept.second).map { $0.lowerBound + shift..<$0.upperBound + shift } + pair.after.map { _ in 0..<0 }
        }
        let start = pair.typeStart.map { head.count - pair.between.count + $0 } ?? ids.count
        return (Encoding(ids: ids, offsets: offsets, truncated: a.count + b.count - kept.first - kept.second), start)
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
