import TenorFiles

/// BERT's tokenizer: splits text into words at white space and punctuation, then each word into its longest known tokens from the left.
///
/// A typed special token is text, so no word is kept whole because of its spelling, and special tokens are not candidates within a word.
/// This deliberately differs from `split_special_tokens=True` in transformers 4.57.3: its `tokenize` calls `_tokenize(text)` without
/// passing that option on, so that a standalone "[MASK]" still becomes the mask (`tokenization_utils.py`, `tokenization_bert.py`). The
/// reference is `_tokenize(text, split_special_tokens=True)`, with a vocabulary without special tokens.
struct WordPieceTokenizer: Tokenizer {
    let vocabularySize: Int
    let unknownID: Int32
    let maxLength: Int?
    let kind: TokenizerKind
    let files: [String]
    let specials: SpecialSpellings

    private let basic: BasicTokenizer
    private let pieces: [String]
    private let words: WordPieces
    private let tokens: TokenTable
    /// Nil if no token is looked for in a text.
    private let search: TokenSearch?
    let template: Template

    /// In scalars. A longer word is unknown without a lookup.
    private static let longestWord = 100

    init(_ files: TokenizerFiles) throws(TokenizerError) {
        pieces = try Self.lines(files.bytes(files.vocabulary), file: files.vocabulary)
        var ids: [ByteString: Int32] = Dictionary(minimumCapacity: pieces.count)
        for (id, piece) in pieces.enumerated() { ids[ByteString(piece)] = Int32(id) }
        // A blank last line has an id that no text gets, and that the model need not know.
        let greatest = Int32(pieces.lastIndex { !$0.isEmpty } ?? 0)
        tokens = TokenTable(files, baseSize: ids.count, greatest: greatest) { ids[ByteString($0)] }
        let (specials, specialIDs) = (files.specialSpellings, tokens.specialIDs)
        let texts = pieces.enumerated().filter { !specials.contains(ByteString($1)) && !specialIDs.contains(Int32($0)) }
        vocabularySize = tokens.size
        guard let unknown = files.specials[.unknown], ids[ByteString(unknown)] != nil else {
            throw .missingToken(file: files.vocabulary, token: files.specials[.unknown] ?? "unk_token")
        }
        unknownID = try tokens.id(.unknown, file: files.vocabulary)
        words = WordPieces(texts.map { ($0.element, Int32($0.offset)) }, unknownID: unknownID)
        var sides: [[Int32]] = []
        for roles in [files.family.before, files.family.after] {
            var side: [Int32] = []
            for role in roles { side.append(try tokens.id(role, file: files.vocabulary)) }
            sides.append(side)
        }
        template = Template(
            before: sides[0], after: sides[1], side: try files.truncationSide(),
            pair: PairTemplate(files.family, before: sides[0], after: sides[1]))
        basic = try BasicTokenizer(files)
        maxLength = files.maxLength
        kind = TokenizerKind(name: "\(files.family.title) WordPiece (\(basic.traits))", reasons: files.reasons, warnings: files.warnings)
        self.specials = SpecialSpellings(files.textSpecials)
        search = TokenSearch(files.foundTokens(tokens), specials: files.textSpecials, ignoresCase: basic.lowercases)
        self.files = files.present
    }

    func append(_ text: String, wantsOffsets: Bool, to found: inout Pieces) {
        forEachStretch(of: text) { text, range, id in
            if let id { return found.append(id, range) }
            forEachPiece(of: text) { id, place, origins in
                guard wantsOffsets else { return found.append(id) }
                let start = origins[place.lowerBound].start
                let end = max(start, origins[place.upperBound - 1].end)
                found.append(id, range.lowerBound + Int(start)..<range.lowerBound + Int(end))
            }
        }
    }

    /// Calls `receive` with each stretch of the text, its bytes' place and its token id, or nil for plain text.
    private func forEachStretch(of text: String, _ receive: (String, Range<Int>, Int32?) -> Void) {
        guard let search else { return receive(text, 0..<text.utf8.count, nil) }
        var text = text
        text.withUTF8 { bytes in
            search.forEachStretch(of: bytes) { range, id in
                receive(String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self), range, id)
            }
        }
    }

    func piece(_ id: Int32) -> String {
        if let name = tokens.name(id) { return name }
        return id >= 0 && Int(id) < pieces.count ? pieces[Int(id)] : tokens.name(unknownID) ?? ""
    }

    /// Calls `receive` with each token's id, the bytes of its word that it covers, and their origins.
    @inline(__always)
    private func forEachPiece(of text: String, _ receive: (Int32, Range<Int>, UnsafeBufferPointer<BasicTokenizer.Origin>) -> Void) {
        basic.forEachWord(in: text, longest: Self.longestWord + 1) { word, origins in
            words.split(word, longest: Self.longestWord) { receive($0, $1, origins) }
        }
    }

    /// The lines of a vocabulary file. As in Python, a line ends at a line feed, a carriage return, or both together.
    private static func lines(_ bytes: [UInt8], file: String) throws(TokenizerError) -> [String] {
        var lines: [String] = []
        var start = 0
        var at = 0
        while start < bytes.count {
            while at < bytes.count, bytes[at] != 0x0A, bytes[at] != 0x0D { at += 1 }
            guard let line = String(validating: bytes[start..<at], as: UTF8.self) else { throw .notUTF8(file: file, line: lines.count + 1) }
            lines.append(line)
            at += at + 1 < bytes.count && bytes[at] == 0x0D && bytes[at + 1] == 0x0A ? 2 : 1
            start = at
        }
        return lines
    }
}
