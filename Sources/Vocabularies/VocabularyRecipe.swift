import Foundation

/// How to build a vocabulary.
package struct VocabularyRecipe: Sendable, Equatable {
    package enum Algorithm: String, Sendable, CaseIterable { case unigram, bpe, char, word }

    package enum Normalization: String, Sendable, CaseIterable {
        case nmtNFKCCaseFolded = "nmt_nfkc_cf"
        case nmtNFKC = "nmt_nfkc"
        case nfkc
        case nfkcCaseFolded = "nfkc_cf"
        case identity
        /// The rules of ``bertNormalizationRules()``.
        case bert
    }

    package var algorithm: Algorithm
    package var size: Int
    package var normalization: Normalization
    /// The fraction of the text's characters that the pieces must be able to spell.
    package var characterCoverage: Double
    /// Sentences longer than this many bytes are skipped.
    package var maxSentenceBytes: Int
    package var threads: Int

    package init(
        algorithm: Algorithm = .unigram, size: Int, normalization: Normalization = .bert, characterCoverage: Double = 0.9999,
        maxSentenceBytes: Int = 16384, threads: Int = 1
    ) {
        self.algorithm = algorithm
        self.size = size
        self.normalization = normalization
        self.characterCoverage = characterCoverage
        self.maxSentenceBytes = maxSentenceBytes
        self.threads = threads
    }

    /// The first pieces, in the order of their ids; the last three are control symbols, which no text can spell.
    package static let specialPieces = ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"]

    /// Printable ASCII, which can always be spelt, however rare a character is in the text.
    var ascii: String {
        let lowered = normalization == .bert || normalization == .nmtNFKCCaseFolded || normalization == .nfkcCaseFolded
        return String((0x21...0x7E).map { Character(Unicode.Scalar($0)) }.filter { !(lowered && $0.isUppercase) })
    }

    /// The options of libsentencepiece's trainer, except the rule file.
    var options: [(name: String, value: String)] {
        return [
            ("model_type", algorithm.rawValue),
            ("vocab_size", String(size)),
            ("character_coverage", String(characterCoverage)),
            ("required_chars", algorithm == .word ? "" : ascii),
            ("max_sentence_length", String(maxSentenceBytes)),
            ("num_threads", String(threads)),
            ("pad_id", "0"), ("pad_piece", Self.specialPieces[0]),
            ("unk_id", "1"), ("unk_piece", Self.specialPieces[1]),
            ("bos_id", "-1"), ("eos_id", "-1"),
            ("control_symbols", Self.specialPieces[2...].joined(separator: ",")),
            ("train_extremely_large_corpus", "false"),
            ("minloglevel", "3"),
        ]
    }
}
