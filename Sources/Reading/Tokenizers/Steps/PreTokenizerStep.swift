import TenorFiles

/// One step of the pre-tokenizer that a `tokenizer.json` describes: how a normalized text becomes words.
///
/// Each step computes what the step of this name computes in the tokenizers library 0.22 (`tokenizers/src/pre_tokenizers/`).
enum PreTokenizerStep: Sendable {
    /// When a `Metaspace` step puts its mark in front: before every stretch of text, before the first of a text, or never.
    enum Prefix: String, Sendable { case always, first, never }

    /// Splits at white space, which is dropped, and around punctuation.
    case bert
    case whiteSpace
    /// Words (`\w+`) and runs of other visible characters.
    case wordsAndSymbols
    /// Splits around each punctuation mark.
    case punctuation
    /// Spaces become the mark; a word begins with it.
    case metaspace(mark: Unicode.Scalar, prefix: Prefix, splits: Bool)
    /// GPT-2's words.
    case byteLevel(addsSpace: Bool, splits: Bool)

    /// The steps of a `pre_tokenizer`, in order; none for null.
    static func steps(_ value: JSON?, file: String) throws(TokenizerError) -> [PreTokenizerStep] {
        guard let value, value != .null else { return [] }
        let type = value["type"]?.string ?? "none"
        switch type {
        case "Sequence":
            var steps: [PreTokenizerStep] = []
            for step in value["pretokenizers"]?.array ?? [] { steps += try Self.steps(step, file: file) }
            return steps
        case "BertPreTokenizer": return [.bert]
        case "WhitespaceSplit": return [.whiteSpace]
        case "Whitespace": return [.wordsAndSymbols]
        case "Punctuation":
            guard value["behavior"]?.string ?? "Isolated" == "Isolated" else {
                throw .badField(file: file, name: "behavior", needs: "Isolated for punctuation")
            }
            return [.punctuation]
        case "Metaspace":
            let scalars = Array((value["replacement"]?.string ?? "▁").unicodeScalars)
            guard scalars.count == 1 else { throw .badField(file: file, name: "replacement", needs: "one character") }
            // Files of old versions have a flag instead of the scheme.
            let old: Prefix = value["add_prefix_space"]?.bool == false ? .never : .always
            let scheme = value["prepend_scheme"]?.string
            guard let prefix = scheme.map(Prefix.init(rawValue:)) ?? old else {
                throw .badField(file: file, name: "prepend_scheme", needs: "always, first or never")
            }
            return [.metaspace(mark: scalars[0], prefix: prefix, splits: value["split"]?.bool ?? true)]
        case "ByteLevel":
            return [.byteLevel(addsSpace: value["add_prefix_space"]?.bool ?? true, splits: value["use_regex"]?.bool ?? true)]
        default: throw .conflict(file: file, what: "its pre_tokenizer has the step \(quoted(type)), which is not computed here")
        }
    }

    /// Applies the step to the words of a stretch of text.
    ///
    /// - Parameter isFirst: whether the stretch begins the text.
    func apply(_ words: inout TracedWords, isFirst: Bool) {
        switch self {
        case .bert:
            words.split { $0.properties.isWhitespace ? .dropped : $0.isTokenizersPunctuation ? .alone : .joined(0) }
        case .whiteSpace: words.split { $0.properties.isWhitespace ? .dropped : .joined(0) }
        case .wordsAndSymbols: words.split { $0.isRegexWord ? .joined(0) : $0.properties.isWhitespace ? .dropped : .joined(1) }
        case .punctuation: words.split { $0.isTokenizersPunctuation ? .alone : .joined(0) }
        case .metaspace(let mark, let prefix, let splits):
            words.markSpaces(mark) { index in prefix == .always || prefix == .first && isFirst && index == 0 }
            if splits { words.split(before: mark) }
        case .byteLevel(let addsSpace, let splits):
            if addsSpace { words.addSpaces() }
            if splits { words.splitLikeGPT2() }
        }
    }
}
