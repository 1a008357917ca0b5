/// How special tokens that are spelt in a text are read.
package enum SpecialTokens: String, CaseIterable, Sendable {
    /// As text: no text gets the id of one.
    case text
    /// As the tokens, which is the default of transformers.
    case tokens
}
