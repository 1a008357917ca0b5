import Foundation
import TenorFiles

/// The tokenizer files for a folder that combines a plain SentencePiece model with a BERT-shaped encoder.
///
/// Of the classes in transformers, RemBERT's slow tokenizer gives exactly the model's ids: it adds `[CLS]` and `[SEP]` and does nothing
/// else to the text. Its fast class is converted from the slow one and adds quote replacements that the model does not have. So
/// `tokenizer.json` is written here instead, and transformers uses it as is.
package func rembertTokenizerFiles(model bytes: [UInt8], maxLength: Int? = nil) throws(TokenizerError) -> [(name: String, bytes: [UInt8])] {
    let name = "sentencepiece.model"
    let model = try SentencePieceModel(bytes, file: name)
    var next = Int32(model.size)
    var ids: [(role: SpecialRole, token: String, id: Int32)] = []
    let names: [(SpecialRole, [String])] = [
        (.unknown, [model.piece(model.unknownID)]), (.separator, ["[SEP]"]), (.padding, ["<pad>", "[PAD]"]), (.classification, ["[CLS]"]),
        (.mask, ["[MASK]"]),
    ]
    for (role, spellings) in names {
        // A token that the model lacks gets an id after the model's pieces.
        let known = spellings.first { model.piece(model.id($0)) == $0 }
        ids.append((role, known ?? spellings[0], known.map(model.id) ?? next))
        if known == nil { next += 1 }
    }
    func token(_ role: SpecialRole) -> (token: String, id: Int32) { ids.first { $0.role == role }.map { ($0.token, $0.id) } ?? ("", 0) }
    let added = ids.sorted { $0.id < $1.id }
    let flags: [ByteString: JSON] = ["lstrip": false, "normalized": false, "rstrip": false, "single_word": false, "special": true]

    var settings: [ByteString: JSON] = [
        "tokenizer_class": "RemBertTokenizer", "do_lower_case": false, "remove_space": true, "keep_accents": true,
        "added_tokens_decoder": .object(
            Dictionary(added.map { (ByteString(String($0.id)), .object(flags.merging(["content": .string($0.token)]) { $1 })) }) { $1 }),
    ]
    for (role, token, _) in ids { settings[ByteString(role.rawValue)] = .string(token) }
    if let maxLength { settings["model_max_length"] = .number(Double(maxLength)) }
    var files: [(name: String, bytes: [UInt8])] = [(name, bytes), ("tokenizer_config.json", try json(.object(settings)))]
    if let rules = SerializedModel.unigramRules(bytes) {
        let entries = added.map { JSON.object(flags.merging(["id": .number(Double($0.id)), "content": .string($0.token)]) { $1 }) }
        let fast = fastTokenizer(model, rules: rules, added: entries, first: token(.classification), last: token(.separator))
        files.append(("tokenizer.json", try json(fast)))
    }
    return files
}

/// `tokenizer.json` for a unigram model: the model's rules, then the library's clean-up of spaces.
private func fastTokenizer(
    _ model: SentencePieceModel, rules: [UInt8], added: [JSON], first: (token: String, id: Int32), last: (token: String, id: Int32)
) -> JSON {
    var steps: [JSON] = [
        ["type": "Replace", "pattern": ["Regex": " {2,}"], "content": " "],
        ["type": "Strip", "strip_left": true, "strip_right": true],
    ]
    if !rules.isEmpty {
        steps.insert(["type": "Precompiled", "precompiled_charsmap": .string(Data(rules).base64EncodedString())], at: 0)
    }
    let wordStart: JSON = ["type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true]
    func special(_ token: String, _ type: JSON) -> JSON { ["SpecialToken": ["id": .string(token), "type_id": type]] }
    func text(_ name: JSON, _ type: JSON) -> JSON { ["Sequence": ["id": name, "type_id": type]] }
    let single = [special(first.token, 0), text("A", 0), special(last.token, 0)]
    let framing = [first, last].map { token, id -> (ByteString, JSON) in
        (ByteString(token), ["id": .string(token), "ids": [.number(Double(id))], "tokens": [.string(token)]])
    }
    let vocabulary = (0..<Int32(model.size)).map { JSON.array([.string(model.piece($0)), .number(Double(model.score($0)))]) }
    return [
        "version": "1.0", "truncation": .null, "padding": .null,
        "added_tokens": .array(added),
        "normalizer": ["type": "Sequence", "normalizers": .array(steps)],
        "pre_tokenizer": wordStart,
        "post_processor": [
            "type": "TemplateProcessing", "single": .array(single), "pair": .array(single + [text("B", 1), special(last.token, 1)]),
            "special_tokens": .object(Dictionary(framing) { $1 }),
        ],
        "decoder": wordStart,
        "model": [
            "type": "Unigram", "unk_id": .number(Double(model.unknownID)), "vocab": .array(vocabulary), "byte_fallback": false,
        ],
    ]
}

private func json(_ value: JSON) throws(TokenizerError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return [UInt8](try encoder.encode(value)) } catch { throw .unwritable(why: error.localizedDescription) }
}
