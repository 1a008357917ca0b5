/// What is read of a text that has more tokens than a model takes.
package enum LongTexts: String, Sendable, CaseIterable {
    /// The beginning or, if the folder's tokenizer truncates on the left, the end.
    case head
    case tail
    /// A quarter of the tokens from the beginning and the rest from the end (Sun et al. 2019, "How to Fine-Tune BERT for Text
    /// Classification", section 5.3.1).
    case headTail = "head-tail"
    /// Everything, in overlapping windows.
    case windows
}
