import TenorLayers

/// RoBERTa (Liu et al. 2019), XLM-RoBERTa (Conneau et al. 2020) and CamemBERT (Martin et al. 2020), as in transformers'
/// `models/roberta/modeling_roberta.py` and its copies: BERT whose positions start after the padding id, without a pooler.
enum RoBERTa {
    static let families = [family("roberta", "Roberta"), family("xlm-roberta", "XLMRoberta"), family("camembert", "Camembert")]

    private static func family(_ modelType: String, _ name: String) -> Family {
        Family(
            modelTypes: [modelType], prefix: "roberta.", bareArchitecture: "\(name)Model",
            architecture: "\(name)ForSequenceClassification", pooler: "pooler.dense", encoder: encoder
        ) { configuration, width, labels, table in
            .dense(width, labels, dropout: try configuration.classifierDropout, in: &table)
        }
    }

    private static func encoder(_ configuration: Configuration, _ prefix: String, _ table: inout ParameterTable) throws -> any Encoder {
        let padding = try configuration.int("pad_token_id", default: 1)
        let positions = try configuration.size("max_position_embeddings")
        guard (0..<positions - 1).contains(padding) else {
            throw ConfigurationError.wrongKind(
                file: configuration.file, key: "pad_token_id", found: "\(padding)",
                needed: "from 0 to \(positions - 2), for positions begin after it and there are \(positions)")
        }
        return try PostNormEncoder(bert: configuration, prefix, firstPosition: padding + 1, in: &table)
    }
}
