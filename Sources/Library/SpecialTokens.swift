import TenorReading

/// How special tokens of a model, such as `[SEP]`, are read where a text spells them.
public enum SpecialTokens: Sendable, Hashable, CaseIterable {
    /// As text: no text can end itself early or mask a part of itself.
    case text
    /// As the tokens, which is the default of transformers.
    case tokens

    var inReading: TenorReading.SpecialTokens {
        switch self {
        case .text: .text
        case .tokens: .tokens
        }
    }
}
