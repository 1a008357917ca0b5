/// A record of a source: a text and what its annotators said about it.
struct AnnotatedDocument {
    /// Without labels.
    var document: Document
    /// Empty if no labels were requested.
    var annotations: [Annotation]
    /// What records about the same text by other annotators share; nil if the source has one record per text.
    var item: String?

    init(_ document: Document, _ annotations: [Annotation], item: String? = nil) {
        self.document = document
        self.annotations = annotations
        self.item = item
    }
}
