import TenorFiles

/// A token that a folder adds to its vocabulary, and how it is found in a text.
struct AddedToken: Sendable {
    let id: Int32
    let content: String
    /// Whether it is looked for in the text after its normalisation, not before. Lower-casing leaves it alone then, special or not.
    let isNormalized: Bool
    var isSpecial: Bool
    /// Whether it is none where it stands beside a letter, a digit or the like.
    var isWholeWord = false
    /// Whether the white space on that side belongs to it.
    var takesSpaceBefore = false
    var takesSpaceAfter = false
}

extension AddedToken {
    /// From an object of `added_tokens_decoder` or `added_tokens`; nil where it has no content.
    private init?(_ value: JSON, id: Int32) {
        guard let content = value["content"]?.string else { return nil }
        let isSpecial = value["special"]?.bool ?? false
        self.init(
            id: id, content: content, isNormalized: value["normalized"]?.bool ?? !isSpecial, isSpecial: isSpecial,
            isWholeWord: value["single_word"]?.bool ?? false, takesSpaceBefore: value["lstrip"]?.bool ?? false,
            takesSpaceAfter: value["rstrip"]?.bool ?? false)
    }

    /// The tokens that `added_tokens_decoder` of a tokenizer_config.json lists, in the order of their ids.
    static func list(byID value: JSON, file: String) throws(TokenizerError) -> [AddedToken] {
        guard let listed = value.object else { throw .badField(file: file, name: "added_tokens_decoder", needs: "an object") }
        var tokens: [AddedToken] = []
        for (key, value) in listed {
            guard let id = Int32(key.string), id >= 0, let token = AddedToken(value, id: id) else {
                throw .badField(file: file, name: "added_tokens_decoder", needs: "ids with tokens that have a content")
            }
            tokens.append(token)
        }
        return tokens.sorted { $0.id < $1.id }
    }

    /// The tokens that `added_tokens` of a tokenizer.json lists, in its order; none where it is missing.
    static func list(_ value: JSON?, file: String) throws(TokenizerError) -> [AddedToken] {
        var tokens: [AddedToken] = []
        for value in value?.array ?? [] {
            guard let id = value["id"]?.int32, id >= 0, let token = AddedToken(value, id: id) else {
                throw .badField(file: file, name: "added_tokens", needs: "a list of ids with tokens that have a content")
            }
            tokens.append(token)
        }
        return tokens
    }
}
