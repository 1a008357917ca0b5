import TenorLayers

/// RemBERT (Chung et al. 2021), as in transformers' `models/rembert/modeling_rembert.py`: BERT with a separate embedding width, projected
/// to that of the blocks. (The output embeddings that it is named after belong to pre-training.)
enum RemBERT {
    static let family = Family(
        modelTypes: ["rembert"], prefix: "rembert.", bareArchitecture: "RemBertModel", architecture: "RemBertForSequenceClassification",
        pooler: "pooler.dense", encoder: encoder
    ) { configuration, width, labels, table in
        .pooler(
            "rembert.pooler.dense", width, labels, dropout: try configuration.rate("classifier_dropout_prob", default: 0.1), in: &table)
    }

    private static func encoder(_ configuration: Configuration, _ prefix: String, _ table: inout ParameterTable) throws -> any Encoder {
        try PostNormEncoder(
            bert: configuration, prefix, dropout: 0, embeddingWidth: configuration.size("input_embedding_size", default: 256),
            projection: "encoder.embedding_hidden_mapping_in", in: &table)
    }
}
