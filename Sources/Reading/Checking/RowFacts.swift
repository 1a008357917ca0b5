/// What a scan keeps of one text, or of both texts of a pair as if they were one.
struct RowFacts: Sendable {
    /// Nil for a blank text.
    let words: (hash: UInt64, sketch: TextSketch)?
    let faults: TextFaults
    let script: Script
    /// In Unicode scalars.
    let length: Int
    /// The text's tokens with special tokens, and how many of them are unknown; nil without a tokenizer.
    let tokens: (count: Int, unknown: Int)?

    init(_ document: Document, _ tokenizer: (any Tokenizer)?) {
        let text = document.input.joined
        if document.isBlank {
            words = nil
        } else {
            let uniform = uniformText(text)
            words = (textHash(uniform), TextSketch(WordSet(uniform)))
        }
        faults = TextFaults(in: document.text).union(document.second.map { TextFaults(in: $0) } ?? [])
        script = Script(of: text)
        length = text.unicodeScalars.count
        tokens = tokenizer.map { tokenizer in
            let ids = tokenizer.ids(document.input, maxLength: .max).ids
            return (ids.count, ids.count { $0 == tokenizer.unknownID })
        }
    }
}
