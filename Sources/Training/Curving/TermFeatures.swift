import Glibc
import TenorLayers

/// Texts as vectors of TF-IDF, as scikit-learn's `TfidfVectorizer(ngram_range=(1, 2))` computes them:
///
///     x[term] = tf · (ln((1 + n) / (1 + df)) + 1),  x / ‖x‖
///
/// tf is how often the term occurs in the text, df the number of texts that have it, of the n texts that the terms come from. A term is a
/// lower-cased word, or two words in a row. A word is a run of letters, marks and digits, so text without spaces between words, such as
/// Chinese, gets long ones that seldom occur twice.
package struct TermFeatures: Sendable {
    /// The number of terms that features have room for: the rows of a matrix are not sparse.
    package static let mostTerms = 4000

    /// Each term's column, in the order of the terms.
    private let columns: [String: Int]
    /// ln((1 + n) / (1 + df)) + 1 of each column.
    private let weights: [Double]

    /// Takes the terms of these texts: all, or those that occur most often, of equally frequent ones the first in order.
    package init(_ texts: [String], mostTerms: Int = mostTerms) {
        var counts: [String: (total: Int, texts: Int)] = [:]
        for text in texts {
            for (term, count) in Self.counts(text) {
                counts[term, default: (0, 0)].total += count
                counts[term]!.texts += 1
            }
        }
        let frequent = counts.sorted { ($1.value.total, $0.key) < ($0.value.total, $1.key) }.prefix(mostTerms)
        let terms = frequent.map(\.key).sorted()
        columns = Dictionary(uniqueKeysWithValues: zip(terms, 0...))
        weights = terms.map { log(Double(1 + texts.count) / Double(1 + counts[$0]!.texts)) + 1 }
    }

    /// The terms in the order of the columns.
    package var terms: [String] { columns.sorted { $0.value < $1.value }.map(\.key) }

    /// [texts, terms]. A text without a known term is all zeros. There is at least one column.
    package func matrix(_ texts: [String]) -> Matrix {
        let width = max(weights.count, 1)
        var matrix = Matrix(rows: texts.count, columns: width)
        let rows = matrix.mutableView()
        for (index, text) in texts.enumerated() {
            var values = Array(repeating: 0.0, count: width)
            for (term, count) in Self.counts(text) {
                if let column = columns[term] { values[column] = Double(count) * weights[column] }
            }
            let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 0 else { continue }
            for column in 0..<width { rows.row(index)[column] = Float(values[column] / length) }
        }
        return matrix
    }

    /// How often each term occurs in a text.
    private static func counts(_ text: String) -> [String: Int] {
        let words = words(text)
        var counts: [String: Int] = [:]
        for word in words { counts[word, default: 0] += 1 }
        for (first, second) in zip(words, words.dropFirst()) { counts["\(first) \(second)", default: 0] += 1 }
        return counts
    }

    private static func words(_ text: String) -> [String] {
        text.lowercased().unicodeScalars.split { !isInWord($0) }.map(String.init)
    }

    private static func isInWord(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark, .spacingMark,
            .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
            true
        default: false
        }
    }
}
