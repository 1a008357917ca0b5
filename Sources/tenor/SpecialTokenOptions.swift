import ArgumentParser
import TenorReading

/// How special tokens in texts are read, for commands that tokenize texts.
struct SpecialTokenOptions: ParsableArguments {
    @Option(
        help: """
            How special tokens of the model, such as [SEP], are read where a text spells them: as text, or as tokens as in transformers \
            (default: as in tuning, or text).
            """)
    var specialTokens: SpecialTokens?
}
