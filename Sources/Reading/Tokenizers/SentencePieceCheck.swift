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
}
