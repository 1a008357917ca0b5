/// A part of a text that is rewritten on its own, so that rewriting a long text takes no more memory than a short one.
struct TextPart {
    let text: String
    /// Where it begins in the whole text.
    let start: Int
    /// Whether the next part continues the same word.
    let endsWithinWord: Bool
}
