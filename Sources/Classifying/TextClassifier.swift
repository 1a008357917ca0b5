import TenorLayers
import TenorModeling
import TenorReading

/// A model folder at work: texts in, logits out.
package struct TextClassifier: Sendable {
    package let model: Model
    package let tokenizer: any Tokenizer
    /// Tokens that a text is cut to, special tokens included.
    package let maxLength: Int
    package let threads: Int
    /// Whether its folder keeps weights in bytes.
    package let isKeptInBytes: Bool

    package var precision: Precision { model.products.precision }

    package init(model: Model, tokenizer: any Tokenizer, maxLength: Int, threads: Int, isKeptInBytes: Bool = false) {
        self.isKeptInBytes = isKeptInBytes
        self.model = model
        self.tokenizer = tokenizer
        self.maxLength = maxLength
        self.threads = threads
    }

    /// Opens a folder that holds a classifier.
    ///
    /// - Parameters:
    ///   - maxLength: instead of the length that the folder was tuned with.
    ///   - precision: nil for int8 where the weights are kept in bytes and the processor has instructions for them, else fp32.
    /// - Throws: also where a weight is not finite, but for factors and words, which ``Answering`` looks at: their answers are NaN.
    package init(folder: String, maxLength: Int? = nil, precision: Precision? = nil, threads: Int) throws {
        let files = try ModelFolder(folder)
        let precision = precision ?? (files.weights.isQuantized && Precision.int8.isAvailable ? .int8 : .fp32)
        var model: Model
        do {
            model = try files.classifier()
        } catch let error as ModelError {
            guard try files.hasOwnHead() else { throw NoClassifier(folder: folder) }
            throw error
        }
        model.products = Products(precision)
        // The others are looked at when they are used: a word table or all layers would be much to read for a short text.
        if let bad = model.firstNonFinite(threads: threads, where: { !model.isLookedAtInUse($0) }) {
            throw NonFiniteWeights(folder: folder, name: bad)
        }
        let tokenizer = try loadTokenizer(folder: folder)
        try checkVocabulary(of: tokenizer, for: model, in: folder)
        let limit = lengthLimit(of: model, tokenizer)
        let tuned = try TunedFacts(folder: folder)?.maxLength
        if let maxLength, maxLength > limit { throw LengthError(asked: maxLength, limit: limit, folder: folder) }
        self.init(
            model: model, tokenizer: tokenizer, maxLength: maxLength ?? min(tuned ?? 512, limit), threads: threads,
            isKeptInBytes: files.weights.isQuantized)
    }

    /// Reads all weights, for those who read most of them anyway or answer for a long time: better one error now than answers that are no numbers.
    package func requireFiniteWeights(_ folder: String) throws(NonFiniteWeights) {
        if let bad = model.firstNonFinite(threads: threads) { throw NonFiniteWeights(folder: folder, name: bad) }
    }
}

/// The ids of a text as a model takes them: an unknown piece where it has none, as an empty one has in a family without special tokens.
package func modelRow(_ text: String, _ tokenizer: any Tokenizer, maxLength: Int) -> (ids: [Int32], truncated: Int) {
    let row = tokenizer.ids(text, maxLength: maxLength)
    return row.ids.isEmpty ? ([tokenizer.unknownID], row.truncated) : row
}

/// The rows of many texts, on all threads; they do not depend on each other.
package func modelRows(_ texts: [String], _ tokenizer: any Tokenizer, maxLength: Int, threads: Int) -> (ids: [[Int32]], truncated: [Int]) {
    let run = 64
    var ids = Array(repeating: [Int32](), count: texts.count)
    var truncated = Array(repeating: 0, count: texts.count)
    ids.withUnsafeMutableBufferPointer { ids in
        truncated.withUnsafeMutableBufferPointer { truncated in
            parallel((texts.count + run - 1) / run, threads: threads) { index in
                for row in index * run..<min((index + 1) * run, texts.count) {
                    (ids[row], truncated[row]) = modelRow(texts[row], tokenizer, maxLength: maxLength)
                }
            }
        }
    }
    return (ids, truncated)
}

/// The tokens that model and tokenizer take at most.
package func lengthLimit(of model: Model, _ tokenizer: any Tokenizer) -> Int {
    min(model.encoder.longestSequence, tokenizer.maxLength ?? .max)
}

/// A tokenizer that knows pieces for which the model has no row would be a crash waiting for the right text.
package func checkVocabulary(of tokenizer: any Tokenizer, for model: Model, in folder: String) throws {
    let rows = model.table[model.encoder.tokenEmbeddings].rows
    if tokenizer.vocabularySize > rows {
        throw VocabularyMismatch(folder: folder, pieces: tokenizer.vocabularySize, rows: rows)
    }
}

package struct VocabularyMismatch: Error, Equatable, CustomStringConvertible {
    let folder: String
    let pieces: Int
    let rows: Int

    package init(folder: String, pieces: Int, rows: Int) { (self.folder, self.pieces, self.rows) = (folder, pieces, rows) }

    package var description: String {
        "\(folder): the tokenizer has \(pieces) pieces, the model's table \(rows) rows; the two must belong together"
    }
}

package struct NoClassifier: Error, Equatable, CustomStringConvertible {
    let folder: String

    package var description: String { "\(folder): is a base without a classifier for its labels, a tuned model is needed" }
}

package struct LengthError: Error, Equatable, CustomStringConvertible {
    let asked: Int
    let limit: Int
    let folder: String

    package init(asked: Int, limit: Int, folder: String) { (self.asked, self.limit, self.folder) = (asked, limit, folder) }

    package var description: String { "\(folder): a length of \(asked) tokens was asked for, this model takes at most \(limit)" }
}
