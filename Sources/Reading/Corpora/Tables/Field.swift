/// A field's byte range within its record, without the surrounding quotes.
struct Field {
    var start: Int
    var end: Int
    /// Whether it contains doubled quotes, each of which stands for one quote.
    var hasDoubledQuotes = false
}
