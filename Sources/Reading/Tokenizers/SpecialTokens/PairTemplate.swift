/// The special tokens around two texts: before A between B after.
package struct PairTemplate: Sendable, Equatable {
    let before: [Int32]
    let between: [Int32]
    let after: [Int32]
    /// How many tokens of `between` have token type 0. Those after them, B and what follows have type 1. Nil if all have type 0. Of
    /// XLNet's last token, whose type is 2, the model knows.
    let typeStart: Int?

    /// The two texts, with nothing around them.
    static let empty = PairTemplate(before: [], between: [], after: [], typeStart: nil)

    package init(before: [Int32], between: [Int32], after: [Int32], typeStart: Int?) {
        (self.before, self.between, self.after, self.typeStart) = (before, between, after, typeStart)
    }

    /// A family's template, from the ids of its special tokens.
    init(_ family: TokenizerFamily, before: [Int32], after: [Int32]) {
        let between = (0..<family.separatorsBetween).flatMap { _ in after.prefix(1) }
        self.init(before: before, between: between, after: after, typeStart: family.hasTokenTypes ? between.count : nil)
    }

    /// What a template has up to the next text.
    struct Stretch {
        /// The name of the text before it: A or B.
        var text: String?
        var textType = 0
        var ids: [Int32] = []
        var types: [Int] = []
    }

    /// Nil if the template has not A and B in this order, or token types that do not go from 0 to 1 once.
    init?(_ stretches: [Stretch]) {
        guard stretches.count == 3, stretches[1].text == "A", stretches[2].text == "B" else { return nil }
        let first = stretches[0].types + [stretches[1].textType]
        // XLNet's last token has type 2.
        let rest = stretches[1].types + [stretches[2].textType] + stretches[2].types.map { min($0, 1) }
        let zeros = rest.prefix { $0 == 0 }.count
        guard first.allSatisfy({ $0 == 0 }), rest[zeros...].allSatisfy({ $0 == 1 }),
            zeros <= stretches[1].types.count || zeros == rest.count
        else { return nil }
        self.init(
            before: stretches[0].ids, between: stretches[1].ids, after: stretches[2].ids, typeStart: zeros == rest.count ? nil : zeros)
    }

    /// How many tokens of each text are kept if at most `limit` fit: the longer one is truncated first, then both, as
    /// `TruncationStrategy::LongestFirst` in `utils/truncation.rs` of the tokenizers library does.
    package static func kept(_ first: Int, _ second: Int, limit: Int) -> (first: Int, second: Int) {
        let shorter = min(first, second)
        if first + second <= limit { return (first, second) }
        var (short, long) = (shorter, max(shorter, limit - shorter))
        if short + long > limit { (short, long) = (limit / 2, limit / 2 + limit % 2) }
        return first > second ? (long, short) : (short, long)
    }
}
