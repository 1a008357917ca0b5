/// Counts the texts in which special tokens are spelt and read as plain text.
package struct SpecialTokenCount: Sendable {
    private let spellings: SpecialSpellings
    private var count = 0
    private var example = ""

    package init(_ tokenizer: any Tokenizer) { spellings = tokenizer.specials }

    package mutating func add(_ text: InputText) {
        guard let found = spellings.first(in: text.first) ?? text.second.flatMap({ spellings.first(in: $0) }) else { return }
        if count == 0 { example = found }
        count += 1
    }

    /// A message for the user; nil if there is no such text.
    package var message: String? {
        switch count {
        case 0: nil
        case 1: "1 text contains a special token, \(quoted(example)), which is read as plain text"
        default: "\(count) texts contain special tokens such as \(quoted(example)), which are read as plain text"
        }
    }
}
