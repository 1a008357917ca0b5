import Foundation
import TenorReading

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
    let model = try SentencePieceTrainer.train(options: options) { ahead.popLast() ?? iterator.next() }
    var clean = SentencePieceFile.withoutRuleFile(model)
    if recipe.normalization == .bert { clean = SentencePieceFile.withMarksAtWordStarts(clean) }
    return recipe.algorithm == .unigram ? SentencePieceFile.withRoundedScores(clean) : clean
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
