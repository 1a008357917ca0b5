/// Looks a serialized model over before libsentencepiece sees it.
///
/// The library trusts the compiled normalisation table inside a model: it follows its indices without looking where they lead. A
/// damaged or hostile table would make it read outside its memory when a text is encoded, so the table is checked here.
enum SentencePieceCheck {
    static func check(_ bytes: [UInt8], file: String) throws(TokenizerError) {
        func bad(_ why: String) -> TokenizerError { .badSentencePieceModel(file: file, why: why) }
        guard !bytes.isEmpty else { throw bad("it is empty") }
        guard let fields = ProtobufField.parse(bytes[...]) else { throw bad("it is truncated, or not a protocol buffer") }
        guard fields.contains(where: { $0.number == SerializedModel.piece }) else { throw bad("it holds no pieces") }
        for field in fields where field.number == SerializedModel.normalizer || field.number == SerializedModel.denormalizer {
            guard let parts = ProtobufField.parse(bytes[field.payload]) else { throw bad("its normalisation is truncated") }
            for part in parts where part.number == SerializedModel.compiledRules && !part.payload.isEmpty {
                guard NormalizationTable(bytes[part.payload]) != nil else { throw bad("its normalisation table is damaged") }
            }
        }
    }
}
