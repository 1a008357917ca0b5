import TenorFiles

/// Checks that the steps named in a tokenizer.json are those that the family's tokenizer implements. Others are rejected by name.
enum FastTokenizerCheck {
    static func check(_ object: JSON, for family: TokenizerFamily, file: String) throws(TokenizerError) {
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
        }
    }

    /// Checks that a tokenizer.json puts the family's own special tokens around a text; otherwise it is rejected.
    static func checkTemplate(_ object: JSON, before: [String], after: [String], file: String) throws(TokenizerError) {
        let processor = object["post_processor"] ?? .null
        // A byte-level step next to the template only changes offsets.
        let steps = (processor["processors"]?.array ?? [processor]).filter { $0["type"]?.string != "ByteLevel" }
        let found = steps.count == 1 ? tokens(around: steps[0]) : nil
        guard let found, found.before == before, found.after == after else {
            let needed = (before + ["…"] + after).joined(separator: " ")
            throw .conflict(file: file, what: "its post_processor does not put a text between special tokens as \(needed), which is needed")
        }
    }

    private static func tokens(around step: JSON) -> (before: [String], after: [String])? {
        if let first = step["cls"]?.array?.first?.string, let last = step["sep"]?.array?.first?.string { return ([first], [last]) }
        guard let single = step["single"]?.array, let text = single.firstIndex(where: { $0["Sequence"] != nil }) else { return nil }
        let names = single.map { $0["SpecialToken"]?["id"]?.string }
        return (names[..<text].compactMap { $0 }, names[(text + 1)...].compactMap { $0 })
    }
}
