/// What sets one family's tokenizer apart: its files, its special tokens, and what it does around the library.
///
/// Adding a family is adding an entry here. The facts are those of the slow classes of transformers 4.57.3,
/// `models/*/tokenization_*.py`.
struct TokenizerFamily: Sendable {
    enum Algorithm: Sendable {
        case sentencePiece(SentencePieceWrapping)
        case wordPiece
        case byteLevel(ByteLevelWrapping)
    }

    /// The class's name in transformers.
    let name: String
    /// What people call the family.
    let title: String
    /// The value of `model_type` in config.json whose models have this tokenizer where nothing else says which.
    let modelTypes: [String]
    let algorithm: Algorithm
    /// The vocabulary's file.
    let file: String
    /// The special tokens that hold where the folder names none.
    let specials: [SpecialRole: String]
    var additional: [String] = []
    let before: [SpecialRole]
    let after: [SpecialRole]
    var lowercases = false
    var keepsAccents = true

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
            specials: robertaSpecials, before: [.classification], after: [.separator]),
        TokenizerFamily(
            name: "CamembertTokenizer", title: "CamemBERT", modelTypes: ["camembert"],
            algorithm: .sentencePiece(SentencePieceWrapping(layout: .camembert)), file: "sentencepiece.bpe.model",
            specials: robertaSpecials, additional: ["<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED"],
            before: [.classification], after: [.separator]),
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
            lowercases: true),
        TokenizerFamily(
            name: "RobertaTokenizer", title: "RoBERTa", modelTypes: ["roberta"],
            algorithm: .byteLevel(ByteLevelWrapping(prefix: .beforeText)),
            file: "vocab.json", specials: robertaSpecials, before: [.classification], after: [.separator]),
        TokenizerFamily(
            name: "GPT2Tokenizer", title: "GPT-2", modelTypes: ["gpt2"],
            algorithm: .byteLevel(ByteLevelWrapping(prefix: .always, padsWithEnd: true)), file: "vocab.json",
            specials: [.bos: "<|endoftext|>", .eos: "<|endoftext|>", .unknown: "<|endoftext|>"], before: [], after: []),
        // ModernBERT has no class of its own and no slow tokenizer: the reference is the tokenizers library with encode_special_tokens.
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

    var isSentencePiece: Bool { if case .sentencePiece = algorithm { true } else { false } }

    static let supported: [String] = all.map(\.name)

    /// The family of a class name, with or without the ending that transformers gives its fast classes.
    static func named(_ name: String) -> TokenizerFamily? {
        let slow = name.hasSuffix("Fast") ? String(name.dropLast(4)) : name
        return all.first { $0.name == slow }
    }
}

/// What a family does around byte-level byte pairs.
struct ByteLevelWrapping: Sendable {
    /// Where a space is put in front of a text that asks for it: always; before a text that begins with something; before each stretch
    /// between added tokens that does not begin with one.
    enum Prefix: Sendable { case always, beforeText, beforeStretches }

    var prefix: Prefix
    /// Whether added tokens that are not special are found in the text, and the text is composed first if `tokenizer.json` says so.
    var findsAddedTokens = false
    /// Whether the end of a text stands for padding where the folder names none; such a family may also ask for a token in front.
    var padsWithEnd = false
}

/// What a special token is for. The order is the one in which transformers gives ids to those that the vocabulary lacks.
enum SpecialRole: String, CaseIterable, Sendable {
    case bos = "bos_token"
    case eos = "eos_token"
    case unknown = "unk_token"
    case separator = "sep_token"
    case padding = "pad_token"
    case classification = "cls_token"
    case mask = "mask_token"
}

/// What a family does to the text before, and to the pieces after, SentencePiece.
struct SentencePieceWrapping: Sendable {
    enum Rewriting: Sendable {
        case none
        /// Lower case, by its setting, but for text that is spelt like a special token.
        case lowercasingOutsideSpecials
        /// Lower case, by its setting.
        case lowercasing
        /// White space, quotes, accents and case, each by its setting.
        case cleaning
    }

    /// Where the model's ids lie among the vocabulary's.
    enum Layout: Sendable { case plain, xlmRoberta, camembert }

    var rewriting = Rewriting.none
    /// Whether a piece that ends with a digit and a comma is taken apart.
    var splitsDigitCommas = false
    var layout = Layout.plain

    /// How far the model's ids are moved up.
    var offset: Int32 {
        switch layout {
        case .plain: 0
        case .xlmRoberta: 1
        case .camembert: 4
        }
    }
}
