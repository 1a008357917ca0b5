import TenorModeling
import TenorReading

/// A model folder that has just been written and is not yet in its place.
package struct WrittenFolder: Sendable {
    private let path: String
    private let place: String

    /// - Parameters:
    ///   - path: where the folder is now.
    ///   - place: where it will be, for messages.
    package init(_ path: String, for place: String) { (self.path, self.place) = (path, place) }

    /// The logits of a classifier for a text, from the folder as everyone else opens it.
    /// - Throws: ``UnusableFolder`` if it cannot be opened.
    package func logits(_ text: InputText) throws(UnusableFolder) -> [Float] {
        try opened {
            let classifier = try TextClassifier(folder: path, threads: 1)
            var logits: [Float] = []
            classifier.answer([text]) { logits = $0.logits }
            return logits
        }
    }

    /// Throws unless the folder is a classifier that answers a text with finite numbers.
    package func requireAnswer(to text: InputText) throws(UnusableFolder) { try requireFinite(logits(text)) }

    /// Throws unless the folder is a base, or any other model, that turns a text into finite numbers.
    package func requireOutput(for text: InputText) throws(UnusableFolder) {
        try requireFinite(
            opened {
                let model = try ModelFolder(path).inspected()
                let tokenizer = try loadTokenizer(folder: path)
                try checkVocabulary(of: tokenizer, for: model, in: path)
                let encoder = RowEncoder(tokenizer, maxLength: min(512, lengthLimit(of: model, tokenizer)))
                return model.logits(microBatch: [encoder.row(text).row]).elements
            })
    }

    private func requireFinite(_ numbers: [Float]) throws(UnusableFolder) {
        if !numbers.allSatisfy(\.isFinite) { throw UnusableFolder(path: place, reason: "its answer to a text is not a finite number") }
    }

    /// Runs `open` and describes its errors with the folder's final place.
    private func opened(_ open: () throws -> [Float]) throws(UnusableFolder) -> [Float] {
        do {
            return try open()
        } catch {
            throw UnusableFolder(path: place, reason: "\(error)".replacing(path, with: place))
        }
    }
}
