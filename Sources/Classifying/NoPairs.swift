/// A folder whose tokenizer does not say how two texts are joined was given pairs of texts.
package struct NoPairs: Error, Equatable, CustomStringConvertible {
    let folder: String

    package init(folder: String) { self.folder = folder }

    package var description: String {
        "\(folder): its tokenizer has no template for pairs of texts, or one that is not computed here; single texts, or another model are needed"
    }
}

extension TextClassifier {
    /// Checks that pairs of texts can be joined, for callers that read some.
    package func requirePairs(_ folder: String) throws(NoPairs) {
        if !tokenizer.takesPairs { throw NoPairs(folder: folder) }
    }
}
