/// What a family does around byte-level BPE.
struct ByteLevelWrapping: Sendable {
    /// When a space is put in front of a text, if that is requested: always; before a text that does not begin with white space; before
    /// each stretch between added tokens that does not begin with a space.
    enum Prefix: Sendable { case always, beforeText, beforeStretches }

    var prefix: Prefix
    /// Whether added tokens that are not special are found in the text, and the text is composed first if `tokenizer.json` says so.
    var findsAddedTokens = false
    /// Whether the end token also serves as padding if the folder names none; such a family may also request a start token.
    var padsWithEnd = false
}
