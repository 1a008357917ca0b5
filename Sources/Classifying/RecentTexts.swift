import TenorFiles

/// What is known of the texts that were seen last, in bounded memory. A text is known again only where all its bytes are the same.
///
/// Two generations stand for the order of use: what is used moves to the younger one, and when that is full it takes the older one's place.
/// So what is forgotten depends on the texts alone.
package struct RecentTexts<Value> {
    private var younger: [ByteString: Value] = [:]
    private var older: [ByteString: Value] = [:]
    private var size = 0
    private let limit: Int
    private let entrySize: Int

    /// A longer text is hardly seen again, and would push many others out.
    private static var longestText: Int { 1 << 16 }

    /// - Parameters:
    ///   - limit: the bytes of a generation, of which there are two.
    ///   - valueSize: the bytes of a value.
    package init(limit: Int, valueSize: Int) {
        self.limit = limit
        entrySize = valueSize + 128  // what a dictionary and a string on the heap take besides
    }

    /// The value of a text, made where it is not known.
    package mutating func value(of text: String, make: () -> Value) -> Value {
        let length = text.utf8.count
        if length > Self.longestText { return make() }
        let key = ByteString(text)
        if let value = younger[key] { return value }
        let value = older[key] ?? make()
        if size + length + entrySize > limit {
            older = younger
            younger = [:]
            size = 0
        }
        younger[key] = value
        size += length + entrySize
        return value
    }
}
