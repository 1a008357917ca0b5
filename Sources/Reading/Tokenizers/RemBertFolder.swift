import Foundation

/// The tokenizer files of a folder that puts a plain SentencePiece model under a BERT-shaped encoder.
///
/// Of the classes that transformers knows, RemBERT's slow one gives exactly the model's ids: it adds `[CLS]` and `[SEP]` and does nothing
/// else to the text. Its fast class is built from the slow one with replacements of quotes that the model does not have, so
/// `tokenizer.json` is written here instead, and transformers takes it as it is.
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
        // A token that the model lacks comes after its pieces.
        let known = spellings.first { model.piece(model.id($0)) == $0 }
        ids.append((role, known ?? spellings[0], known.map(model.id) ?? next))
        if known == nil { next += 1 }
    }
    let added = ids.sorted { $0.id < $1.id }.map { AddedTokenEntry(id: $0.id, content: $0.token) }
    func token(_ role: SpecialRole) -> AddedTokenEntry {
        added[added.firstIndex { entry in ids.contains { $0.role == role && $0.id == entry.id } } ?? 0]
    }

    let settings = Settings(
        added_tokens_decoder: Dictionary(uniqueKeysWithValues: added.map { (String($0.id), AddedTokenEntry.Body(content: $0.content)) }),
        tokenizer_class: "RemBertTokenizer", do_lower_case: false, remove_space: true, keep_accents: true,
        unk_token: token(.unknown).content, sep_token: token(.separator).content, pad_token: token(.padding).content,
        cls_token: token(.classification).content, mask_token: token(.mask).content, model_max_length: maxLength)
    var files: [(name: String, bytes: [UInt8])] = [(name, bytes), ("tokenizer_config.json", try json(settings))]
    if let rules = SerializedModel.unigramRules(bytes) {
        let cls = token(.classification)
        let sep = token(.separator)
        let fast = FastTokenizer(
            added_tokens: added, normalizer: .init(rules: rules),
            post_processor: .init(first: cls, last: sep),
            model: .init(
                unk_id: model.unknownID,
                vocab: (0..<Int32(model.size)).map { FastTokenizer.Piece(spelling: model.piece($0), score: model.score($0)) }))
        files.append(("tokenizer.json", try json(fast)))
    }
    return files
}

private func json(_ value: some Encodable) throws(TokenizerError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do { return [UInt8](try encoder.encode(value)) } catch { throw .trainingFailed(why: error.localizedDescription) }
}

// The names of the properties below are those of the JSON files.
private struct AddedTokenEntry: Encodable {
    struct Body: Encodable {
        var content: String
        var lstrip = false
        var normalized = false
        var rstrip = false
        var single_word = false
        var special = true
    }
    var id: Int32
    var content: String
    var lstrip = false
    var normalized = false
    var rstrip = false
    var single_word = false
    var special = true
}

private struct Settings: Encodable {
    var added_tokens_decoder: [String: AddedTokenEntry.Body]
    var tokenizer_class: String
    var do_lower_case: Bool
    var remove_space: Bool
    var keep_accents: Bool
    var unk_token: String
    var sep_token: String
    var pad_token: String
    var cls_token: String
    var mask_token: String
    var model_max_length: Int?
}

/// `tokenizer.json` for a unigram model: its own rules, then spaces as the library tidies them.
private struct FastTokenizer: Encodable {
    struct Step: Encodable {
        var type: String
        var precompiled_charsmap: String?
        var pattern: [String: String]?
        var content: String?
        var strip_left: Bool?
        var strip_right: Bool?
    }
    struct Normalizer: Encodable {
        var type = "Sequence"
        var normalizers: [Step]
        init(rules: [UInt8]) {
            normalizers = rules.isEmpty ? [] : [Step(type: "Precompiled", precompiled_charsmap: Data(rules).base64EncodedString())]
            normalizers.append(Step(type: "Replace", pattern: ["Regex": " {2,}"], content: " "))
            normalizers.append(Step(type: "Strip", strip_left: true, strip_right: true))
        }
    }
    struct WordStart: Encodable {
        var type = "Metaspace"
        var replacement = "▁"
        var prepend_scheme = "always"
        var split = true
    }
    struct Framing: Encodable {
        struct Part: Encodable {
            struct Token: Encodable {
                var id: String
                var type_id: Int
            }
            var SpecialToken: Token?
            var Sequence: Token?
        }
        struct Special: Encodable {
            var id: String
            var ids: [Int32]
            var tokens: [String]
        }
        var type = "TemplateProcessing"
        var single: [Part]
        var pair: [Part]
        var special_tokens: [String: Special]
        init(first: AddedTokenEntry, last: AddedTokenEntry) {
            func special(_ entry: AddedTokenEntry, _ type: Int) -> Part { Part(SpecialToken: .init(id: entry.content, type_id: type)) }
            func text(_ name: String, _ type: Int) -> Part { Part(Sequence: .init(id: name, type_id: type)) }
            single = [special(first, 0), text("A", 0), special(last, 0)]
            pair = single + [text("B", 1), special(last, 1)]
            special_tokens = Dictionary(
                uniqueKeysWithValues: [first, last].map { ($0.content, Special(id: $0.content, ids: [$0.id], tokens: [$0.content])) })
        }
    }
    struct Piece: Encodable {
        var spelling: String
        var score: Float
        func encode(to encoder: any Encoder) throws {
            var pair = encoder.unkeyedContainer()
            try pair.encode(spelling)
            try pair.encode(score)
        }
    }
    struct Model: Encodable {
        var type = "Unigram"
        var unk_id: Int32
        var vocab: [Piece]
        var byte_fallback = false
    }
    var version = "1.0"
    var added_tokens: [AddedTokenEntry]
    var normalizer: Normalizer
    var pre_tokenizer = WordStart()
    var post_processor: Framing
    var decoder = WordStart()
    var model: Model
}
