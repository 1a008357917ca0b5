/// Whether the steps that a tokenizer.json names are those that its family's tokenizer takes here. Others are refused by name.
enum FastTokenizerCheck {
    static func check(_ object: [String: JSON], for family: TokenizerFamily, file: String) throws(TokenizerError) {
        func expect(_ part: String, _ value: JSON?, _ known: [String?]) throws(TokenizerError) {
            let type = value?["type"]?.string
            if known.contains(type) { return }
            let names = known.map { $0 ?? "none" }.joined(separator: " or ")
            throw .conflict(file: file, what: "its \(part) is \(type ?? "none"), and \(family.title) needs \(names)")
        }
        let model = object["model"]
        switch family.algorithm {
        case .sentencePiece: break
        case .wordPiece:
            try expect("model", model, ["WordPiece"])
            try expect("normalizer", object["normalizer"], ["BertNormalizer"])
            try expect("pre_tokenizer", object["pre_tokenizer"], ["BertPreTokenizer"])
            if object["normalizer"]?["clean_text"] == .bool(false) { throw .badField(file: file, name: "clean_text", needs: "true") }
            guard model?["continuing_subword_prefix"]?.string ?? "##" == "##" else {
                throw .badField(file: file, name: "continuing_subword_prefix", needs: "##")
            }
            guard model?["max_input_chars_per_word"]?.int32 ?? 100 == 100 else {
                throw .badField(file: file, name: "max_input_chars_per_word", needs: "100")
            }
        case .byteLevel(let wrapping):
            try expect("model", model, ["BPE"])
            try expect("pre_tokenizer", object["pre_tokenizer"], ["ByteLevel"])
            try expect("normalizer", object["normalizer"], wrapping.findsAddedTokens ? [nil, "NFC"] : [nil])
            if object["pre_tokenizer"]?["use_regex"] == .bool(false) { throw .badField(file: file, name: "use_regex", needs: "true") }
            for name in ["continuing_subword_prefix", "end_of_word_suffix"] where model?[name]?.string?.isEmpty == false {
                throw .badField(file: file, name: name, needs: "empty")
            }
            for name in ["byte_fallback", "ignore_merges"] where model?[name] == .bool(true) {
                throw .badField(file: file, name: name, needs: "false")
            }
            guard wrapping.findsAddedTokens else { break }
            for token in object["added_tokens"]?.array ?? [] where token["special"]?.bool != true {
                for flag in ["single_word", "lstrip", "rstrip"] where token[flag] == .bool(true) {
                    throw .conflict(
                        file: file, what: "its added token '\(token["content"]?.string ?? "")' has \(flag), which is not supported")
                }
            }
        }
    }
}
