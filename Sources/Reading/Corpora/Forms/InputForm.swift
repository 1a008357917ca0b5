/// The form of a source, as the user names it.
package enum InputForm: String, Sendable, CaseIterable {
    /// By its content and, where that leaves it open, by its extension.
    case auto
    case csv
    case tsv
    /// One JSON object per line.
    case jsonl
    /// An array of JSON objects, or one object per line.
    case json
    /// Each line is a document.
    case lines
    /// The whole file is a document.
    case text
    /// Each line is a document with labels; see ``FastTextLine``.
    case fastText = "fasttext"
    /// Exports of annotation tools: an array of JSON objects, or one object per line.
    case labelStudio = "label-studio"
    case argilla
    case prodigy
    case doccano
}
