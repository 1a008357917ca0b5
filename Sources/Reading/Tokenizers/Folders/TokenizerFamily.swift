/// What distinguishes one family's tokenizer: its files, its special tokens, and its processing around the library.
///
/// To add a family, add an entry here. The facts come from the slow classes of transformers 4.57.3, `models/*/tokenization_*.py`.
struct TokenizerFamily: Sendable {
    enum Algorithm: Sendable {
        case sentencePiece(SentencePieceWrapping)
        case wordPiece
        case byteLevel(ByteLevelWrapping)
    }

    /// The class's name in transformers.
    let name: String
    /// The family's common name.
    let title: String
    /// The values of `model_type` in config.json that select this tokenizer if nothing else does.
    let modelTypes: [String]
    let algorithm: Algorithm
    /// The vocabulary's file.
    let file: String
    /// The default special tokens, used if the folder names none.
    let specials: [SpecialRole: String]
    var additional: [String] = []
    let before: [SpecialRole]
    let after: [SpecialRole]
    var lowercases = false
    var keepsAccents = true
    /// How two texts are joined: with one separator, the second text with token type 1; or as in RoBERTa, with two and without types.
    var joinsAsRoberta = false

    static let all: [TokenizerFamily] = [
        TokenizerFamily(
            name: "AlbertTokenizer", title: "ALBERT", modelTypes: ["albert"],
            algorithm: .sentencePiece(SentencePieceWrapping(rewriting: .cleaning, splitsDigitCommas: true)), file: "spiece.model",
            specials: [
                .bos: "[CLS]", .eos: "[SEP]", .unknown: "<unk>", .separator: "[SEP]", .padding: "<pad>", .classification: "[CLS]",
                .mask: "[MASK]",
            ],
            before: [.classification], after: [.separator], lowercases: true, keepsAccents: false),
        TokenizerFamily(
            name: "XLNetTokenizer", title: "XLNet", modelTypes: ["xlnet"],
            algorithm: .sentencePiece(SentencePieceWrapping(rewriting: .cleaning, splitsDigitCommas: true)), file: "spiece.model",
            specials: [
                .bos: "<s>", .eos: "</s>", .unknown: "<unk>", .separator: "<sep>", .padding: "<pad>", .classification: "<cls>",
                .mask: "<mask>",
            ],
            additional: ["<eop>", "<eod>"], before: [], after: [.separator, .classification], keepsAccents: false),
        TokenizerFamily(
            name: "XLMRobertaTokenizer", title: "XLM-RoBERTa", modelTypes: ["xlm-roberta", "xlm-roberta-xl"],
            algorithm: .sentencePiece(SentencePieceWrapping(layout: .xlmRoberta)), file: "sentencepiece.bpe.model",
            specials: robertaSpecials, before: [.classification], after: [.separator], joinsAsRoberta: true),
        TokenizerFamily(
            name: "CamembertTokenizer", title: "CamemBERT", modelTypes: ["camembert"],
            algorithm: .sentencePiece(SentencePieceWrapping(layout: .camembert)), file: "sentencepiece.bpe.model",
            specials: robertaSpecials, additional: ["<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED"],
            before: [.classification], after: [.separator], joinsAsRoberta: true),
        TokenizerFamily(
            name: "DebertaV2Tokenizer", title: "DeBERTa-v2", modelTypes: ["deberta-v2"],
            algorithm: .sentencePiece(SentencePieceWrapping(rewriting: .lowercasing)), file: "spm.model",
            specials: bertSpecials.merging([.bos: "[CLS]", .eos: "[SEP]"]) { $1 }, before: [.classification], after: [.separator]),
        TokenizerFamily(
            name: "RemBertTokenizer", title: "RemBERT", modelTypes: ["rembert"],
            algorithm: .sentencePiece(SentencePieceWrapping(rewriting: .lowercasingOutsideSpecials)), file: "sentencepiece.model",
            specials: bertSpecials.merging([.bos: "[CLS]", .eos: "[SEP]"]) { $1 }, before: [.classification], after: [.separator]),
        TokenizerFamily(
            name: "BigBirdTokenizer", title: "BigBird", modelTypes: ["big_bird"],
            algorithm: .sentencePiece(SentencePieceWrapping()), file: "spiece.model",
            specials: [
                .bos: "<s>", .eos: "</s>", .unknown: "<unk>", .separator: "[SEP]", .padding: "<pad>", .classification: "[CLS]",
                .mask: "[MASK]",
            ],
            before: [.classification], after: [.separator]),
        wordPiece("BertTokenizer", "BERT", ["bert"]),
        wordPiece("DistilBertTokenizer", "DistilBERT", ["distilbert"]),
        wordPiece("ElectraTokenizer", "ELECTRA", ["electra"]),
        TokenizerFamily(
            name: "MPNetTokenizer", title: "MPNet", modelTypes: ["mpnet"], algorithm: .wordPiece, file: "vocab.txt",
            specials: robertaSpecials.merging([.unknown: "[UNK]"]) { $1 }, before: [.classification], after: [.separator],
            lowercases: true, joinsAsRoberta: true),
        TokenizerFamily(
            name: "RobertaTokenizer", title: "RoBERTa", modelTypes: ["roberta"],
            algorithm: .byteLevel(ByteLevelWrapping(prefix: .beforeText)),
            file: "vocab.json", specials: robertaSpecials, before: [.classification], after: [.separator], joinsAsRoberta: true),
        TokenizerFamily(
            name: "GPT2Tokenizer", title: "GPT-2", modelTypes: ["gpt2"],
            algorithm: .byteLevel(ByteLevelWrapping(prefix: .always, padsWithEnd: true)), file: "vocab.json",
            specials: [.bos: "<|endoftext|>", .eos: "<|endoftext|>", .unknown: "<|endoftext|>"], before: [], after: []),
        // ModernBERT has no dedicated class and no slow tokenizer: the reference is the tokenizers library with encode_special_tokens.
        TokenizerFamily(
            name: "PreTrainedTokenizerFast", title: "ModernBERT", modelTypes: ["modernbert"],
            algorithm: .byteLevel(ByteLevelWrapping(prefix: .beforeStretches, findsAddedTokens: true)), file: TokenizerFiles.whole,
            specials: bertSpecials, before: [.classification], after: [.separator]),
    ]

    private static let bertSpecials: [SpecialRole: String] = [
        .unknown: "[UNK]", .separator: "[SEP]", .padding: "[PAD]", .classification: "[CLS]", .mask: "[MASK]",
    ]
    private static let robertaSpecials: [SpecialRole: String] = [
        .bos: "<s>", .eos: "</s>", .unknown: "<unk>", .separator: "</s>", .padding: "<pad>", .classification: "<s>", .mask: "<mask>",
    ]

    private static func wordPiece(_ name: String, _ title: String, _ modelTypes: [String]) -> TokenizerFamily {
        TokenizerFamily(
            name: name, title: title, modelTypes: modelTypes, algorithm: .wordPiece, file: "vocab.txt", specials: bertSpecials,
            before: [.classification], after: [.separator], lowercases: true)
    }

    /// The number of separators between two texts.
    var separatorsBetween: Int { joinsAsRoberta ? 2 : 1 }

    /// Whether a second text has token type 1, for models that have token types.
    var hasTokenTypes: Bool { !joinsAsRoberta }

    var isSentencePiece: Bool { if case .sentencePiece = algorithm { true } else { false } }

    /// Whether the mask absorbs white space before it, where no file says so.
    var maskTakesSpaceBefore: Bool { specials[.mask] == "<mask>" || isSentencePiece && name != "DebertaV2Tokenizer" }

    var isByteLevel: Bool { if case .byteLevel = algorithm { true } else { false } }

    static let supported: [String] = all.map(\.name)

    /// The family of a class name, with or without the suffix of transformers' fast classes.
    static func named(_ name: String) -> TokenizerFamily? {
        let slow = name.hasSuffix("Fast") ? String(name.dropLast(4)) : name
        return all.first { $0.name == slow }
    }
}
