import TenorModeling
import TenorReading

/// A row and where its tokens stand in its text or pair of texts. Places are ranges of bytes of ``InputText/shown``.
package struct PlacedRow: Sendable {
    package let row: TokenRow
    /// The place of each token, empty for special tokens. Where windows overlap, several tokens have the same place.
    package let offsets: [Range<Int>]
    /// What the row has of the text, or of each text of a pair: all, or what tokens were kept of.
    package let parts: [Range<Int>]
    /// The number of tokens that were not kept.
    package let truncated: Int

    /// From the first byte of some tokens to their last.
    static func reach(of offsets: some Sequence<Range<Int>>) -> Range<Int> {
        let places = offsets.filter { !$0.isEmpty }
        let start = places.map(\.lowerBound).min() ?? 0
        return start..<(places.map(\.upperBound).max() ?? start)
    }
}
