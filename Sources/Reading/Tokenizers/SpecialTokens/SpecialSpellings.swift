import TenorFiles

/// The spellings of special tokens that a tokenizer takes for text.
package struct SpecialSpellings: Sendable {
    private let spellings: [String]
    private let places: PieceTrie
    /// By byte: whether a spelling begins with it. This rules out nearly every place of an ordinary text.
    private let isFirst: [Bool]

    package init(_ spellings: Set<ByteString> = []) {
        self.spellings = spellings.map(\.string).filter { !$0.isEmpty }
        places = PieceTrie(self.spellings.enumerated().map { (Array($1.utf8), Int32($0)) })
        var isFirst = [Bool](repeating: false, count: 256)
        for spelling in self.spellings { isFirst[Int(spelling.utf8.first!)] = true }
        self.isFirst = isFirst
    }

    /// The first that occurs in the text, the longest of those; nil if none does.
    package func first(in text: String) -> String? {
        guard !spellings.isEmpty else { return nil }
        var text = text
        return text.withUTF8 { bytes in
            isFirst.withUnsafeBufferPointer { isFirst in
                for at in bytes.indices where isFirst[Int(bytes[at])] {
                    if let found = places.longest(UnsafeBufferPointer(rebasing: bytes[at...])) { return spellings[Int(found.id)] }
                }
                return nil
            }
        }
    }
}
