import TenorFiles

/// BERT's tokenizer: words by white space and punctuation, then the longest known pieces of each word from its left.
///
/// A special token that somebody types is text, so no word is kept whole for its spelling, and the special tokens are no pieces that a
/// word can be found to have. Here this differs from `split_special_tokens=True` in transformers 4.57.3, on purpose: its `tokenize` calls
/// `_tokenize(text)` without handing that on, so that a "[MASK]" standing alone still becomes the mask (`tokenization_utils.py`,
/// `tokenization_bert.py`). The reference is `_tokenize(text, split_special_tokens=True)`, with a vocabulary without special tokens.
struct WordPieceTokenizer: Tokenizer {
    let vocabularySize: Int
    let padID: Int32
    let unknownID: Int32
    let maxLength: Int?
    let kind: TokenizerKind
    let files: [String]

    private let basic: BasicTokenizer
    private let pieces: [String]
    private let starts: PieceTrie
    private let continuations: PieceTrie
    private let tokens: TokenTable
    private let template: Template

    /// A longer word is unknown without being looked at.
    private static let longestWord = 100

    init(_ files: TokenizerFiles) throws(TokenizerError) {
        if files.vocabulary == TokenizerFiles.whole {
            pieces = try Self.pieces(listed: files.fast?["model"]?["vocab"]?.object ?? [:], file: files.vocabulary)
        } else {
            pieces = try Self.lines(files.bytes(files.vocabulary), file: files.vocabulary)
        }
        var ids: [ByteString: Int32] = Dictionary(minimumCapacity: pieces.count)
        for (id, piece) in pieces.enumerated() { ids[ByteString(piece)] = Int32(id) }
        let specials = files.specialSpellings
        let texts = pieces.enumerated().filter { !specials.contains(ByteString($1)) }
        starts = PieceTrie(texts.lazy.filter { !$1.isEmpty }.map { ($1.utf8, Int32($0)) })
        continuations = PieceTrie(
            texts.lazy.filter { $1.utf8.count > 2 && $1.utf8.starts(with: "##".utf8) }.map { ($1.utf8.dropFirst(2), Int32($0)) })
        tokens = TokenTable(files, baseSize: ids.count, greatest: Int32(pieces.count) - 1) { ids[ByteString($0)] }
        vocabularySize = tokens.size
        guard let unknown = files.specials[.unknown], ids[ByteString(unknown)] != nil else {
            throw .missingToken(file: files.vocabulary, token: files.specials[.unknown] ?? "unk_token")
        }
        unknownID = try tokens.id(.unknown, file: files.vocabulary)
        padID = try tokens.id(.padding, file: files.vocabulary)
        var sides: [[Int32]] = []
        for roles in [files.family.before, files.family.after] {
            var side: [Int32] = []
            for role in roles { side.append(try tokens.id(role, file: files.vocabulary)) }
            sides.append(side)
        }
        template = Template(before: sides[0], after: sides[1])
        basic = try BasicTokenizer(files)
        maxLength = files.maxLength
        kind = TokenizerKind(name: "\(files.family.title) WordPiece (\(basic.traits))", reasons: files.reasons)
        self.files = files.present
    }

    func encode(_ text: String, maxLength: Int) -> Encoding {
        var ids: [Int32] = []
        var offsets: [Range<Int>] = []
        basic.forEachWord(in: text) { word, origins in
            append(word, to: &ids) { range in
                let start = origins[range.lowerBound].start
                offsets.append(Int(start)..<Int(max(start, origins[range.upperBound - 1].end)))
            }
        }
        return template.encoding(ids, offsets, maxLength: maxLength)
    }

    func ids(_ text: String, maxLength: Int) -> (ids: [Int32], truncated: Int) {
        var ids: [Int32] = []
        ids.reserveCapacity(text.utf8.count / 3)
        basic.forEachWord(in: text) { word, _ in append(word, to: &ids) { _ in } }
        return template.ids(ids, of: ids.count, maxLength: maxLength)
    }

    func piece(_ id: Int32) -> String {
        if let name = tokens.name(id) { return name }
        return id >= 0 && Int(id) < pieces.count ? pieces[Int(id)] : tokens.name(unknownID) ?? ""
    }

    /// Appends the ids of a word's pieces and tells which of its bytes each covers.
    @inline(__always)
    private func append(_ word: UnsafeBufferPointer<UInt8>, to ids: inout [Int32], _ cover: (Range<Int>) -> Void) {
        let first = ids.count
        // A scalar has up to four bytes, so only a word of more bytes than this can have too many scalars.
        var isKnown = word.count <= Self.longestWord || word.lazy.filter { $0 & 0xC0 != 0x80 }.count <= Self.longestWord
        var at = 0
        while isKnown, at < word.count {
            let rest = UnsafeBufferPointer(rebasing: word[at...])
            guard let piece = at == 0 ? starts.longest(rest) : continuations.longest(rest) else {
                isKnown = false
                break
            }
            ids.append(piece.id)
            at += piece.length
        }
        guard isKnown else {
            ids.removeSubrange(first...)
            ids.append(unknownID)
            return cover(0..<word.count)
        }
        // The lengths are not kept above, because a word found unknown half-way has no pieces.
        at = 0
        for index in first..<ids.count {
            let length = index + 1 == ids.count ? word.count - at : self.length(word, at)
            cover(at..<at + length)
            at += length
        }
    }

    private func length(_ word: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
        let rest = UnsafeBufferPointer(rebasing: word[at...])
        return (at == 0 ? starts.longest(rest) : continuations.longest(rest))?.length ?? rest.count
    }

    /// The pieces by their ids, which must be the numbers from zero on.
    private static func pieces(listed: [ByteString: JSON], file: String) throws(TokenizerError) -> [String] {
        var pieces: [String?] = Array(repeating: nil, count: listed.count)
        for (piece, value) in listed {
            guard let id = value.int32, id >= 0, id < pieces.count, pieces[Int(id)] == nil else {
                throw .badField(file: file, name: "vocab", needs: "pieces with the ids from 0 to \(listed.count - 1)")
            }
            pieces[Int(id)] = piece.string
        }
        return pieces.compactMap { $0 }
    }

    /// The lines of a vocabulary file. Python ends a line at a line feed, a carriage return, or both together.
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
