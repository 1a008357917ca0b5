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
}
