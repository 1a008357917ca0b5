import TenorFiles
import TenorReading

/// A bounded cache with a value for each recently seen text. Texts are the same only if all their bytes are.
///
/// Two generations approximate the order of use: an entry that is used moves to the younger one, and when that is full it replaces the
/// older one. So what is evicted depends only on the texts.
package struct RecentTexts<Value> {
    private struct Key: Hashable {
        let first: ByteString
        let second: ByteString?
    }

    private var younger: [Key: Value] = [:]
    private var older: [Key: Value] = [:]
    private var size = 0
    private let limit: Int
    private let entrySize: Int

    /// A longer text is rarely seen again, and would evict many others.
    private static var longestText: Int { 1 << 16 }

    /// - Parameters:
    ///   - limit: the bytes per generation, of which there are two.
    ///   - valueSize: the bytes of a value.
    package init(limit: Int, valueSize: Int) {
        self.limit = limit
        entrySize = valueSize + 128  // overhead of a dictionary entry and a string on the heap
    }

    /// The value of a text, made if it is not cached.
    package mutating func value(of text: InputText, make: () -> Value) -> Value {
        let length = text.size
        if length > Self.longestText { return make() }
        let key = Key(first: ByteString(text.first), second: text.second.map { ByteString($0) })
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
