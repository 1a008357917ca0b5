/// A text as a model takes it: the ids of its tokens, including special tokens.
package struct Encoding: Sendable, Equatable {
    package var ids: [Int32]
    /// For each id, the range of bytes of the original text, in UTF-8, that it stands for; empty for special tokens.
    package var offsets: [Range<Int>]
    /// How many tokens of the text were truncated to keep to the maximum length.
    package var truncated: Int

    package init(ids: [Int32], offsets: [Range<Int>], truncated: Int) {
        self.ids = ids
        self.offsets = offsets
        self.truncated = truncated
    }
}
