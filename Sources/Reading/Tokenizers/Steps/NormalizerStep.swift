import Foundation
import TenorFiles

/// One step of the normalizer that a `tokenizer.json` describes.
///
/// Each step computes what the step of this name computes in the tokenizers library 0.22 (`tokenizers/src/normalizers/`). Lower-casing goes
/// scalar by scalar, so a capital sigma never becomes a final sigma.
enum NormalizerStep: Sendable {
    /// A normal form of Unicode: canonical (C, D) or compatibility (KC, KD), composed or not.
    case form(TracedText.Decomposition, composed: Bool)
    case lowercase
    /// Drops all marks.
    case stripAccents
    case strip(left: Bool, right: Bool)
    case replace(ReplacePattern, with: [Unicode.Scalar])
    case prepend([Unicode.Scalar])
    case precompiled(NormalizationTable)
    case bert(cleans: Bool, separatesIdeographs: Bool, stripsAccents: Bool, lowercases: Bool)

    /// The steps of a `normalizer`, in order; none for null.
    static func steps(_ value: JSON?, file: String) throws(TokenizerError) -> [NormalizerStep] {
        guard let value, value != .null else { return [] }
        let type = value["type"]?.string ?? "none"
        func flag(_ name: String, default fallback: Bool) -> Bool { value[name]?.bool ?? fallback }
        switch type {
        case "Sequence":
            var steps: [NormalizerStep] = []
            for step in value["normalizers"]?.array ?? [] { steps += try Self.steps(step, file: file) }
            return steps
        case "NFC": return [.form(.canonical, composed: true)]
        case "NFD": return [.form(.canonical, composed: false)]
        case "NFKC": return [.form(.compatibility, composed: true)]
        case "NFKD": return [.form(.compatibility, composed: false)]
        case "Lowercase": return [.lowercase]
        case "StripAccents": return [.stripAccents]
        case "Strip": return [.strip(left: flag("strip_left", default: true), right: flag("strip_right", default: true))]
        case "Replace":
            let content = value["content"]?.string ?? ""
            return [.replace(try ReplacePattern(value["pattern"], file: file), with: Array(content.unicodeScalars))]
        case "Prepend": return [.prepend(Array((value["prepend"]?.string ?? "").unicodeScalars))]
        case "Precompiled":
            guard let rules = value["precompiled_charsmap"]?.string, let bytes = Data(base64Encoded: rules) else {
                throw .badField(file: file, name: "precompiled_charsmap", needs: "a table of rules in base64")
            }
            if bytes.isEmpty { return [] }
            guard let table = NormalizationTable(Array(bytes)[...]) else {
                throw .conflict(file: file, what: "its table of normalization rules is damaged")
            }
            return [.precompiled(table)]
        case "BertNormalizer":
            let lowercases = flag("lowercase", default: true)
            return [
                .bert(
                    cleans: flag("clean_text", default: true), separatesIdeographs: flag("handle_chinese_chars", default: true),
                    stripsAccents: flag("strip_accents", default: lowercases), lowercases: lowercases)
            ]
        default: throw .conflict(file: file, what: "its normalizer has the step \(quoted(type)), which is not computed here")
        }
    }

    func apply(_ text: inout TracedText) {
        switch self {
        case .form(let form, let isComposed):
            if form == .compatibility || !isComposed { text.decompose(form) }
            if isComposed { text.compose() }
        case .lowercase: text.lowercaseEach(keeping: nil)
        case .stripAccents: text.dropMarks(where: \.isMark)
        case .strip(let left, let right): text.strip(left: left, right: right)
        case .replace(let pattern, let content): pattern.replace(in: &text, with: content)
        case .prepend(let scalars): text.prepend(scalars)
        case .precompiled(let table): text.rewriteGraphemes(with: table)
        case .bert(let cleans, let separatesIdeographs, let stripsAccents, let lowercases):
            if cleans { text.cleanForBert() }
            if separatesIdeographs { text.separateIdeographs() }
            if stripsAccents {
                text.decompose(.canonical)
                text.dropMarks { $0.properties.generalCategory == .nonspacingMark }
            }
            if lowercases { text.lowercaseEach(keeping: nil) }
        }
    }

    /// BERT's step as the settings of a named class have it: transformers lets those count, even where they are defaults.
    func overridden(by files: TokenizerFiles) throws(TokenizerError) -> NormalizerStep {
        guard case .bert(let cleans, _, _, _) = self, files.namesClass, case .wordPiece = files.family.algorithm else { return self }
        let lowercases = try files.flag("do_lower_case", default: files.family.lowercases)
        return .bert(
            cleans: cleans, separatesIdeographs: try files.flag("tokenize_chinese_chars", default: true),
            stripsAccents: try files.optionalFlag("strip_accents", default: nil) ?? lowercases, lowercases: lowercases)
    }
}
