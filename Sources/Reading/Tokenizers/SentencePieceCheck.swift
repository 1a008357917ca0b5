/// Looks a serialized model over before anything else sees it.
///
/// The library trusts the compiled normalisation table inside a model: it follows its indices without looking where they lead. A
/// damaged or hostile table would make it read outside its memory when a text is encoded, so the table is checked here.
enum SentencePieceCheck {
    /// The rules of the model's normalisation, empty where it has none.
    static func rules(_ bytes: [UInt8], file: String) throws(TokenizerError) -> NormalizationTable {
        func bad(_ why: String) -> TokenizerError { .badSentencePieceModel(file: file, why: why) }
        guard !bytes.isEmpty else { throw bad("it is empty") }
        guard let fields = SerializedModel.settings(bytes) else { throw bad("it is truncated, or not a protocol buffer") }
        guard SerializedModel.hasPieces(bytes) else { throw bad("it holds no pieces") }
        var rules = NormalizationTable()
        for field in fields where field.number == SerializedModel.normalizer || field.number == SerializedModel.denormalizer {
            guard let parts = ProtobufField.parse(bytes[field.payload]) else { throw bad("its normalisation is truncated") }
            for part in parts where part.number == SerializedModel.compiledRules && !part.payload.isEmpty {
                guard let table = NormalizationTable(bytes[part.payload]) else { throw bad("its normalisation table is damaged") }
                if field.number == SerializedModel.normalizer { rules = table }
            }
        }
        return rules
    }

    /// Refuses a model that the library would run and whose control symbols a text can become: the library then gives no pieces for it.
    static func checkControlSymbols(_ bytes: [UInt8], file: String) throws(TokenizerError) {
        let type = SerializedModel.modelType(bytes)
        if type == .unigram { return }
        let settings = SerializedModel.normalization(bytes) ?? SerializedModel.Normalization()
        for piece in SerializedModel.pieces(bytes) ?? [] where piece.type == .control {
            let spelling = String(decoding: bytes[piece.spelling], as: UTF8.self)
            // Of more than one character only words are looked up, which begin where the model marks a word's start.
            let isWord = type == .words && (spelling.hasPrefix("▁") || !settings.addsWordStart || settings.spaceAsSuffix)
            guard spelling.unicodeScalars.count == 1 || isWord else { continue }
            throw .badSentencePieceModel(file: file, why: "its control symbol '\(spelling)' is spelt like text")
        }
    }
}
