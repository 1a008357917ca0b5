import TenorFiles

/// A token that a tokenizer folder adds to its vocabulary, and how it is matched in a text.
struct AddedToken: Sendable {
    let id: Int32
    let content: String
    /// Whether it is matched in the normalised text, not in the raw text. If so and it is not special, lower-casing leaves it unchanged.
    let isNormalized: Bool
    var isSpecial: Bool
    /// Whether it matches only as a whole word, not next to a letter, a digit or the like.
    var isWholeWord = false
    /// Whether it absorbs the white space on that side.
    var takesSpaceBefore = false
    var takesSpaceAfter = false
}

extension AddedToken {
    /// From an object of `added_tokens_decoder`, `added_tokens` or special_tokens_map.json; nil if it has no content.
    init?(_ value: JSON, id: Int32) {
        guard let content = value["content"]?.string else { return nil }
        let isSpecial = value["special"]?.bool ?? false
        self.init(
            id: id, content: content, isNormalized: value["normalized"]?.bool ?? !isSpecial, isSpecial: isSpecial,
            isWholeWord: value["single_word"]?.bool ?? false, takesSpaceBefore: value["lstrip"]?.bool ?? false,
            takesSpaceAfter: value["rstrip"]?.bool ?? false)
    }

    /// The tokens listed in `added_tokens_decoder` of a tokenizer_config.json, sorted by id.
    static func list(byID value: JSON, file: String) throws(TokenizerError) -> [AddedToken] {
        guard let listed = value.object else { throw .badField(file: file, name: "added_tokens_decoder", needs: "an object") }
        var tokens: [AddedToken] = []
        for (key, value) in listed.members.map({ ($0.key, $0.value) }) {
            guard let id = Int32(key), id >= 0, let token = AddedToken(value, id: id) else {
                throw .badField(file: file, name: "added_tokens_decoder", needs: "ids with tokens that have a content")
            }
            tokens.append(token)
        }
        return tokens.sorted { $0.id < $1.id }
    }

    /// The tokens listed in `added_tokens` of a tokenizer.json, in file order; none if it is missing.
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
