import TenorFiles

/// A tokenizer in the steps of a `tokenizer.json`: find added tokens, normalize the rest, split it into words, split each word with the
/// model, put special tokens around.
///
/// The reference is the tokenizers library 0.22, with `encode_special_tokens` unless special tokens are to be read as tokens: typed in a text
/// they are text, and no text gets the id of one. Steps that are not computed here are refused by name.
struct StepTokenizer: Tokenizer {
    let vocabularySize: Int
    let unknownID: Int32
    let maxLength: Int?
    let kind: TokenizerKind
    let files: [String]
    let specials: SpecialSpellings

    private let normalizer: [NormalizerStep]
    private let preTokenizer: [PreTokenizerStep]
    private let model: SubwordModel
    private let spellings: [Int32: String]
    /// The added tokens that are matched in the raw text, and those that are matched in the rest of it after normalization.
    private let added: (first: AddedTokens, second: AddedTokens?)
    let template: Template

    /// The tokenizer of a folder's `tokenizer.json`.
    init(_ files: TokenizerFiles, _ whole: JSON) throws(TokenizerError) {
        let file = TokenizerFiles.whole
        let tokens = try AddedToken.list(whole["added_tokens"], file: file)
        let spellings = try Self.spellings(whole["model"], tokens, file: file)
        var specials = SpecialSet(spellings: files.specialSpellings)
        for token in tokens where token.isSpecial {
            specials.ids.insert(token.id)
            specials.spellings.insert(ByteString(token.content))
        }
        for (id, spelling) in spellings where specials.spellings.contains(ByteString(spelling)) { specials.ids.insert(id) }
        let preTokenizer = try PreTokenizerStep.steps(whole["pre_tokenizer"], file: file)
        let isByteLevel = preTokenizer.contains { if case .byteLevel = $0 { true } else { false } }
        let model = try SubwordModel(whole["model"], spellings, specials: specials, isByteLevel: isByteLevel, file: file)
        try self.init(
            files,
            normalizer: NormalizerStep.steps(whole["normalizer"], file: file).map { step throws(TokenizerError) in
                try step.overridden(by: files)
            }, preTokenizer: preTokenizer, model: model,
            spellings: spellings, added: tokens, specials: specials.spellings,
            template: Self.template(files, whole["post_processor"], spellings))
    }

    private init(
        _ files: TokenizerFiles, normalizer: [NormalizerStep], preTokenizer: [PreTokenizerStep], model: SubwordModel,
        spellings: [Int32: String], added tokens: [AddedToken], specials: Set<ByteString>, template: Template
    ) throws(TokenizerError) {
        (self.normalizer, self.preTokenizer, self.model) = (normalizer, preTokenizer, model)
        (self.spellings, self.template) = (spellings, template)
        let isText = files.specialTokens == .text
        let textual = isText ? specials : []
        let normalized = tokens.filter { $0.isNormalized && !($0.isSpecial && isText) }
        added = (
            AddedTokens(tokens.filter { !$0.isNormalized }, specials: textual) { Array($0.utf8) },
            normalized.isEmpty
                ? nil : AddedTokens(normalized, specials: textual) { Self.normalized(TracedText($0), normalizer).aligned().bytes }
        )
        vocabularySize = Int(max(spellings.keys.max() ?? -1, template.ids.max() ?? -1)) + 1
        let named = files.specials[.unknown].flatMap { name in spellings.first { $0.value == name }?.key }
        unknownID = model.unknownID ?? named ?? template.before.first ?? template.after.first ?? 0
        maxLength = files.maxLength
        self.specials = SpecialSpellings(textual)
        kind = TokenizerKind(
            name: "\(model.name) in the steps of \(TokenizerFiles.whole)", reasons: files.reasons, warnings: files.warnings)
        self.files = files.present
    }

    /// The special tokens around a text. transformers 5 writes none for RemBERT, whose class adds them.
    private static func template(
        _ files: TokenizerFiles, _ processor: JSON?, _ spellings: [Int32: String]
    ) throws(TokenizerError) -> Template {
        let side = try files.truncationSide()
        let template = try Template(processor, file: TokenizerFiles.whole, side: side)
        guard files.namesClass, template.isEmpty else { return template }
        var sides: [[Int32]] = []
        for roles in [files.family.before, files.family.after] {
            var ids: [Int32] = []
            for role in roles {
                guard let token = files.specials[role], let id = spellings.first(where: { $0.value == token })?.key else {
                    throw .missingToken(file: TokenizerFiles.whole, token: files.specials[role] ?? role.rawValue)
                }
                ids.append(id)
            }
            sides.append(ids)
        }
        return Template(
            before: sides[0], after: sides[1], side: side, pair: PairTemplate(files.family, before: sides[0], after: sides[1]))
    }

    /// The vocabulary with the added tokens, by id.
    private static func spellings(_ model: JSON?, _ tokens: [AddedToken], file: String) throws(TokenizerError) -> [Int32: String] {
        var spellings: [Int32: String] = [:]
        switch model?["vocab"] {
        case .array(let pieces):
            spellings.reserveCapacity(pieces.count)
            for (id, piece) in pieces.enumerated() { spellings[Int32(id)] = piece.array?.first?.string ?? "" }
        case .object(let pieces):
            spellings.reserveCapacity(pieces.members.count)
            for member in pieces.members {
                guard let id = member.value.int32, id >= 0, id < 1 << 30 else {
                    throw .badField(file: file, name: member.key, needs: "an id")
                }
                guard spellings.updateValue(member.key, forKey: id) == nil else {
                    throw .badField(file: file, name: "vocab", needs: "one token for each id, and \(id) has several")
                }
            }
        default: throw .badField(file: file, name: "vocab", needs: "a list or an object of tokens")
        }
        for token in tokens { spellings[token.id] = token.content }
        return spellings
    }

    func append(_ text: String, wantsOffsets: Bool, to found: inout Pieces) {
        forEachPiece(of: text) { found.append($0, wantsOffsets ? $1 : nil) }
    }

    func piece(_ id: Int32) -> String { spellings[id] ?? spellings[unknownID] ?? "" }

    private func forEachPiece(of text: String, _ receive: (Int32, Range<Int>) -> Void) {
        var text = text
        text.withUTF8 { bytes in
            added.first.forEachStretch(of: bytes) { range, id in
                if let id { return receive(id, range) }
                let stretch = TracedText(String(decoding: bytes[range], as: UTF8.self), from: range.lowerBound)
                let isFirst = range.lowerBound == 0
                let normalized = Self.normalized(stretch, normalizer)
                guard let second = added.second else { return split(normalized, isFirst: isFirst, receive) }
                let aligned = normalized.aligned()
                var at = 0
                aligned.bytes.withUnsafeBufferPointer { bytes in
                    second.forEachStretch(of: bytes) { range, id in
                        let count = bytes[range].lazy.filter { $0 & 0xC0 != 0x80 }.count
                        defer { at += count }
                        if let id { return receive(id, aligned.origin(range)) }
                        split(
                            TracedText(elements: Array(normalized.elements[at..<at + count])), isFirst: isFirst && range.lowerBound == 0,
                            receive)
                    }
                }
            }
        }
    }

    private static func normalized(_ text: TracedText, _ steps: [NormalizerStep]) -> TracedText {
        var text = text
        for step in steps { step.apply(&text) }
        return text
    }

    /// Splits a normalized stretch of text into words and those into tokens.
    private func split(_ text: TracedText, isFirst: Bool, _ receive: (Int32, Range<Int>) -> Void) {
        var words = TracedWords(text)
        for step in preTokenizer { step.apply(&words, isFirst: isFirst) }
        words.forEachWord { word in
            word.bytes.withUnsafeBufferPointer { bytes in model.split(bytes) { receive($0, word.origin($1)) } }
        }
    }
}
