/// Validates a serialized model before anything else uses it.
///
/// The library trusts the compiled normalisation table inside a model and follows its indices without bounds checks. A damaged or malicious
/// table would make it read out of bounds when it encodes a text, so the table is checked here.
enum SentencePieceCheck {
    /// The model's normalisation rules, empty if it has none.
    static func rules(_ bytes: [UInt8], file: String) throws(TokenizerError) -> NormalizationTable {
        func bad(_ why: String) -> TokenizerError { .badSentencePieceModel(file: file, why: why) }
        guard !bytes.isEmpty else { throw bad("it is empty") }
        guard let fields = SentencePieceFile.settings(bytes) else { throw bad("it is truncated, or not a protocol buffer") }
        guard SentencePieceFile.hasPieces(bytes) else { throw bad("it holds no pieces") }
        var rules = NormalizationTable()
        for field in fields where field.number == SentencePieceFile.normalizer || field.number == SentencePieceFile.denormalizer {
            guard let parts = ProtobufField.parse(bytes[field.payload]) else { throw bad("its normalisation is truncated") }
            for part in parts where part.number == SentencePieceFile.compiledRules && !part.payload.isEmpty {
                guard let table = NormalizationTable(bytes[part.payload]) else { throw bad("its normalisation table is damaged") }
                if field.number == SentencePieceFile.normalizer { rules = table }
            }
        }
        return rules
    }

    /// Rejects a model that the library would run and whose control symbols can occur in a text: the library returns no pieces for such a
    /// text.
    static func checkControlSymbols(_ bytes: [UInt8], file: String) throws(TokenizerError) {
        let type = SentencePieceFile.modelType(bytes)
        if type == .unigram { return }
        let settings = SentencePieceFile.normalization(bytes) ?? SentencePieceFile.Normalization()
        for piece in SentencePieceFile.pieces(bytes) ?? [] where piece.type == .control {
            let spelling = String(decoding: bytes[piece.spelling], as: UTF8.self)
            // Only word models look up spellings of more than one character. Their words begin where the model marks a word start.
            let isWord = type == .words && (spelling.hasPrefix("▁") || !settings.addsWordStart || settings.spaceAsSuffix)
            guard spelling.unicodeScalars.count == 1 || isWord else { continue }
            throw .badSentencePieceModel(file: file, why: "its control symbol '\(spelling)' is spelt like text")
        }
    }
}
