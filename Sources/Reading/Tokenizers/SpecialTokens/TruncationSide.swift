/// The end of a long text whose tokens are dropped (`truncation_side` in tokenizer_config.json).
package enum TruncationSide: String, Sendable {
    case left
    case right
}
