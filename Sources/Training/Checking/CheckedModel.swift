import TenorClassifying
import TenorLayers
import TenorModeling
import TenorReading

/// The tokenizer of a model whose corpus is checked, and how many tokens the model will read of a text.
package struct CheckedModel: Sendable {
    package let tokenizer: any Tokenizer
    package let maxLength: Int

    /// - Parameters:
    ///   - pairs: whether the rows are pairs of texts.
    ///   - maxLength: nil for the length that the folder was tuned with, else 512 or what the model takes.
    package init(folder: String, pairs: Bool, maxLength: Int?, specialTokens: SpecialTokens?) throws {
        let files = try ModelFolder(folder)
        tokenizer = try loadTokenizer(folder: folder, specialTokens: specialTokens ?? TunedInput(folder: folder).specialTokens ?? .text)
        if pairs, !tokenizer.takesPairs { throw NoPairs(folder: folder) }
        var randomness = Randomness(seed: 0)
        let model = try files.base(labels: ["0", "1"], pooling: .mean, keepsHead: false, randomness: &randomness)
        try checkVocabulary(of: tokenizer, for: model, in: folder)
        let limit = lengthLimit(of: model, tokenizer)
        if let maxLength, maxLength > limit { throw LengthError(asked: maxLength, limit: limit, folder: folder) }
        self.maxLength = try maxLength ?? min(TunedFacts(folder: folder)?.maxLength ?? files.maxLength ?? 512, limit)
    }
}
