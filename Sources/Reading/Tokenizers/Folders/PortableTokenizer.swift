import TenorFiles

/// A folder's tokenizer files for a folder that is to mean the same to every version of transformers.
///
/// transformers 5 builds the steps of a SentencePiece family from its own code and ignores those in tokenizer.json; for some families they
/// give other ids than version 4. With the class for any tokenizer, both versions read tokenizer.json alone. Version 4 does not know the
/// class TokenizersBackend, and fails on a list of extra_special_tokens, which tokenizer.json holds too.
package func portableTokenizerFiles(
    of tokenizer: any Tokenizer, in given: String
) throws(TokenizerError) -> [(name: String, bytes: [UInt8])] {
    let folder = ModelPlace(given).encoder
    var files: [String: [UInt8]] = [:]
    for name in tokenizer.files { files[name] = try TokenizerFiles.read(name, in: folder) }
    if let whole = try TokenizerFiles.object(TokenizerFiles.whole, in: folder),
        let settings = try TokenizerFiles.object(TokenizerFiles.config, in: folder)?.object
    {
        let model = try TokenizerFiles.object("config.json", in: folder)?["model_type"]?.string
        let portable = try PortableTokenizer(whole, settings, modelType: model)
        files[TokenizerFiles.config] = Array((JSON.object(portable.settings).serialized(.indented) + "\n").utf8)
        if let whole = portable.whole { files[TokenizerFiles.whole] = Array(whole.serialized().utf8) }
        // The steps gave the ids that the model was tuned on; a SentencePiece model beside them would count instead.
        if tokenizer is StepTokenizer { for name in tokenizer.files where name.hasSuffix(".model") { files[name] = nil } }
    }
    return files.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
}

/// The settings and, if it changes, the tokenizer.json that mean the same to every version.
private struct PortableTokenizer {
    private(set) var settings: JSON.Object
    private(set) var whole: JSON?

    init(_ whole: JSON, _ settings: JSON.Object, modelType: String?) throws(TokenizerError) {
        self.settings = settings
        let name = settings["tokenizer_class"]?.string
        let family = name.flatMap(TokenizerFamily.named)
        let isBackend = name == "TokenizersBackend"
        if isBackend || family?.isSentencePiece == true { try useGeneralClass(whole, family, overridesPrefix: isBackend) }
        if settings["extra_special_tokens"]?.array != nil { self.settings["extra_special_tokens"] = nil }
        guard settings["model_input_names"] == nil else { return }
        switch modelType {
        // Version 4 would pass token types to models that take none.
        case "distilbert", "modernbert": self.settings["model_input_names"] = ["input_ids", "attention_mask"]
        // Version 5 would pass none. The second text of a pair and XLNet's last token have types of their own.
        case "albert", "deberta-v2", "rembert", "xlnet":
            self.settings["model_input_names"] = ["input_ids", "token_type_ids", "attention_mask"]
        default: break
        }
    }

    private mutating func useGeneralClass(_ whole: JSON, _ family: TokenizerFamily?, overridesPrefix: Bool) throws(TokenizerError) {
        if let family, try Template(whole["post_processor"], file: TokenizerFiles.whole, side: .right).isEmpty {
            // The class would add the special tokens.
            guard let processor = processor(whole, family) else { return }
            var object = whole.object ?? [:]
            object["post_processor"] = processor
            self.whole = .object(object)
        }
        settings["tokenizer_class"] = .string(TokenizerFiles.generalClass)
        // Version 4 lets this setting count, version 5 the step.
        if overridesPrefix, settings["add_prefix_space"] != nil {
            settings["add_prefix_space"] = .bool(whole["pre_tokenizer"]?["add_prefix_space"]?.bool ?? false)
        }
    }

    /// A template with the family's special tokens; nil if the vocabulary lacks one.
    private func processor(_ whole: JSON, _ family: TokenizerFamily) -> JSON? {
        func parts(_ names: some Sequence<String>, type: Int) -> [JSON] {
            names.map { ["SpecialToken": ["id": .string($0), "type_id": JSON(type)]] }
        }
        var special = JSON.Object()
        var sides: [[String]] = []
        for roles in [family.before, family.after] {
            var side: [String] = []
            for role in roles {
                guard let name = settings[role.rawValue]?.string ?? family.specials[role],
                    let id = whole["added_tokens"]?.array?.first(where: { $0["content"]?.string == name })?["id"]
                else { return nil }
                side.append(name)
                special[name] = ["id": .string(name), "ids": [id], "tokens": [.string(name)]]
            }
            sides.append(side)
        }
        let (before, after) = (sides[0], sides[1])
        let between = (0..<family.separatorsBetween).flatMap { _ in after.prefix(1) }
        let secondType = family.hasTokenTypes ? 1 : 0
        let text: JSON = ["Sequence": ["id": "A", "type_id": 0]]
        let second: JSON = ["Sequence": ["id": "B", "type_id": JSON(secondType)]]
        return [
            "type": "TemplateProcessing", "single": .array(parts(before, type: 0) + [text] + parts(after, type: 0)),
            "pair": .array(
                parts(before, type: 0) + [text] + parts(between, type: 0) + [second] + parts(after, type: secondType)),
            "special_tokens": .object(special),
        ]
    }
}
