import TenorLayers
import TenorReading

/// Vocabulary transfer (Gee et al., "Fast Vocabulary Transfer for Language Model Compression", EMNLP 2022 industry track): moves a model
/// onto another vocabulary. A piece that the old vocabulary also has takes its row; any other takes the mean of the rows of the old pieces
/// that spell it. Everything above the token embeddings stays as it is.
package struct Transplant: Sendable {
    /// The new token embeddings, [pieces, width].
    package let tokenEmbeddings: Matrix
    package let twins: Int
    package let means: Int
    /// The number of pieces that the old vocabulary cannot spell. They take the row of the unknown piece.
    package let unknown: Int

    /// - Parameters:
    ///   - pieces: the new vocabulary, in which `▁` marks the beginning of a word.
    ///   - old: the tokenizer of the base.
    ///   - table: the base's token embeddings, [old pieces or more, width].
    package init(pieces: [String], from old: any Tokenizer, _ table: Matrix) {
        let vocabulary = OldVocabulary(old)
        var (twins, means, unknown) = (0, 0, 0)
        tokenEmbeddings = Matrix(rows: pieces.count, columns: table.columns) { tokenEmbeddings in
            for (index, piece) in pieces.enumerated() {
                let ids: [Int32]
                if let twin = vocabulary.twin(of: piece) {
                    ids = [twin]
                    twins += 1
                } else if let spelling = vocabulary.spelling(of: piece) {
                    ids = spelling
                    means += 1
                } else {
                    ids = [old.unknownID]
                    unknown += 1
                }
                let row = tokenEmbeddings.baseAddress! + index * table.columns
                for column in 0..<table.columns {
                    row[column] = ids.reduce(0) { $0 + table.view.row(Int($1))[column] } / Float(ids.count)
                }
            }
        }
        (self.twins, self.means, self.unknown) = (twins, means, unknown)
    }
}

/// The pieces of a WordPiece or SentencePiece vocabulary in a common notation: `▁` marks the beginning of a word.
private struct OldVocabulary {
    private var ids: [String: Int32] = [:]
    private let longest: Int

    /// The names of each special piece in different vocabularies.
    private static let synonyms: [Set<String>] = [
        ["<pad>", "[PAD]"], ["<unk>", "[UNK]"], ["[CLS]", "<s>"], ["[SEP]", "</s>"], ["[MASK]", "<mask>"],
    ]

    init(_ tokenizer: any Tokenizer) {
        let pieces = (0..<Int32(tokenizer.vocabularySize)).map(tokenizer.piece)
        let isWordPiece = !pieces.contains { $0.hasPrefix("▁") }
        var longest = 1
        for (id, piece) in pieces.enumerated() {
            let isSpecial = Self.synonyms.contains { $0.contains(piece) }
            let written = !isWordPiece || isSpecial ? piece : piece.hasPrefix("##") ? String(piece.dropFirst(2)) : "▁" + piece
            if ids[written] == nil { ids[written] = Int32(id) }
            longest = max(longest, written.count)
        }
        self.longest = longest
    }

    func twin(of piece: String) -> Int32? {
        if let id = ids[piece] { return id }
        guard let names = Self.synonyms.first(where: { $0.contains(piece) }) else { return nil }
        return names.lazy.compactMap { ids[$0] }.first
    }

    /// The longest old piece, then the longest for the rest, and so on, as WordPiece splits a word; nil if something cannot be spelt.
    func spelling(of piece: String) -> [Int32]? {
        var rest = piece[...]
        if rest == "▁" { return nil }
        var spelling: [Int32] = []
        while !rest.isEmpty {
            var end = rest.index(rest.startIndex, offsetBy: longest, limitedBy: rest.endIndex) ?? rest.endIndex
            while end > rest.startIndex, ids[String(rest[..<end])] == nil { end = rest.index(before: end) }
            if end > rest.startIndex, rest[..<end] != "▁", let id = ids[String(rest[..<end])] {
                spelling.append(id)
                rest = rest[end...]
            } else if rest.first == "▁" {
                rest = rest.dropFirst()  // no old piece begins this word, so spell it with pieces from within words
            } else {
                return nil
            }
        }
        return spelling.isEmpty ? nil : spelling
    }
}
