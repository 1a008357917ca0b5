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
    func described(_ token: String) -> JSON {
        ["content": .string(token), "lstrip": false, "normalized": false, "rstrip": false, "single_word": false, "special": true]
    }

    var decoder = JSON.Object()
    for (_, token, id) in added { decoder[String(id)] = described(token) }
    let rules = SentencePieceFile.unigramRules(bytes)
    var settings: JSON.Object = [
        "tokenizer_class": .string(rules == nil ? "RemBertTokenizer" : TokenizerFiles.generalClass), "do_lower_case": false,
        "remove_space": true, "keep_accents": true,
        "added_tokens_decoder": .object(decoder),
    ]
    for (role, token, _) in ids { settings[role.rawValue] = .string(token) }
    if let maxLength { settings["model_max_length"] = .number(JSON.Number(maxLength)) }
    var files: [(name: String, bytes: [UInt8])] = [(name, bytes), ("tokenizer_config.json", json(.object(settings)))]
    if let rules {
        let entries = added.map { entry -> JSON in
            var object = described(entry.token).object ?? [:]
            object["id"] = .number(JSON.Number(Int(entry.id)))
            return .object(object)
        }
        let fast = fastTokenizer(model, rules: rules, added: entries, first: token(.classification), last: token(.separator))
        files.append(("tokenizer.json", json(fast)))
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
    var framing = JSON.Object()
    for (token, id) in [first, last] {
        framing[token] = ["id": .string(token), "ids": [.number(JSON.Number(Int(id)))], "tokens": [.string(token)]]
    }
    let vocabulary = (0..<Int32(model.size)).map { id in
        JSON.array([.string(model.piece(id)), .number(JSON.Number(Double(model.score(id))))])
    }
    return [
        "version": "1.0", "truncation": .null, "padding": .null,
        "added_tokens": .array(added),
        "normalizer": ["type": "Sequence", "normalizers": .array(steps)],
        "pre_tokenizer": wordStart,
        "post_processor": [
            "type": "TemplateProcessing", "single": .array(single), "pair": .array(single + [text("B", 1), special(last.token, 1)]),
            "special_tokens": .object(framing),
        ],
        "decoder": wordStart,
        "model": [
            "type": "Unigram", "unk_id": .number(JSON.Number(Int(model.unknownID))), "vocab": .array(vocabulary), "byte_fallback": false,
        ],
    ]
}

private func json(_ value: JSON) -> [UInt8] { Array(value.serialized().utf8) }
