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

/// Trains a vocabulary on sentences and returns it as the bytes of a SentencePiece model.
///
/// The same recipe and sentences give the same bytes: the trainer uses no randomness, and the model contains no file name.
package func trainVocabulary(
    _ recipe: VocabularyRecipe, on sentences: [String]
) throws(TokenizerError) -> [UInt8] {
    guard recipe.size > VocabularyRecipe.specialPieces.count else {
        let special = VocabularyRecipe.specialPieces.count
        throw .badRecipe(why: "\(recipe.size) pieces asked for; needed are more than the \(special) special ones")
    }
    var options = recipe.options
    var rules: URL?
    if recipe.normalization == .bert {
        // The trainer accepts a rule table only from a file.
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("tenor-rules-\(UUID().uuidString).tsv")
        do { try Data(bertNormalizationRules().utf8).write(to: file) } catch {
            throw .unreadable(file: file.path, why: error.localizedDescription)
        }
        rules = file
        options.append(("normalization_rule_tsv", file.path))
    } else {
        options.append(("normalization_rule_name", recipe.normalization.rawValue))
    }
    defer { if let rules { try? FileManager.default.removeItem(at: rules) } }
    let words = recipe.algorithm == .unigram && recipe.normalization == .bert ? repeatedWords(of: sentences) : []
    var iterator = [sentences, words].joined().makeIterator()
    // The library terminates the process if a text has no characters at all, so sentences before the first real one are skipped here.
    var first = iterator.next()
    while let sentence = first, !sentence.unicodeScalars.contains(where: \.isVisible) { first = iterator.next() }
    guard let first else { throw .badRecipe(why: "the text is empty; needed is at least one sentence") }
    // It also does so if a byte-pair model has a required character that does not occur in the text.
    var ahead = recipe.algorithm == .bpe ? [first, recipe.ascii.map(String.init).joined(separator: " ")] : [first]
    let model = try SentencePieceLibrary.train(options: options) { ahead.popLast() ?? iterator.next() }
    var clean = SerializedModel.withoutRuleFile(model)
    if recipe.normalization == .bert { clean = SerializedModel.withMarksAtWordStarts(clean) }
    return recipe.algorithm == .unigram ? SerializedModel.withRoundedScores(clean) : clean
}

/// The words that occur more than once when text is split like an uncased BERT does, sorted.
///
/// Each becomes a separate sentence, because the unigram trainer starts from strings of the text that at least two different characters
/// follow. If marks are split off, a space follows every word, so "many", which no other word begins with, would not be a candidate, and
/// neither would a tenth of all running words.
private func repeatedWords(of sentences: [String]) -> [String] {
    var once: Set<String> = []
    var repeated: Set<String> = []
    for sentence in sentences {
        BasicTokenizer.uncased.forEachWord(in: sentence) { bytes, _ in
            let word = String(decoding: bytes, as: UTF8.self)
            if !once.insert(word).inserted { repeated.insert(word) }
        }
    }
    return repeated.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

extension Unicode.Scalar {
    /// Whether the scalar survives every normalisation: no space, control character or mark.
    fileprivate var isVisible: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .otherLetter, .decimalNumber: true
        default: value < 0x80 && isBertPunctuation
        }
    }
}
