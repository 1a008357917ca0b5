/// What a family does to the text before SentencePiece, and to the pieces after it.
struct SentencePieceWrapping: Sendable {
    enum Rewriting: Sendable {
        case none
        /// Lower case, if its setting says so, except for text that is spelt like a special token.
        case lowercasingOutsideSpecials
        /// Lower case, if its setting says so.
        case lowercasing
        /// Quotes; and white space, accents and case, each according to its setting.
        case cleaning
    }

    /// How the model's ids map to the vocabulary's.
    enum Layout: Sendable { case plain, xlmRoberta, camembert }

    var rewriting = Rewriting.none
    /// Whether a piece that ends with a digit and a comma is split.
    var splitsDigitCommas = false
    var layout = Layout.plain

    /// The offset that is added to the model's ids.
    var offset: Int32 {
        switch layout {
        case .plain: 0
        case .xlmRoberta: 1
        case .camembert: 4
        }
    }
}
