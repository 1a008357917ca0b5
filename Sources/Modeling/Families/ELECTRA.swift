import TenorLayers

/// ELECTRA's discriminator (Clark et al. 2020), as in transformers' `models/electra/modeling_electra.py`: BERT with an optional separate
/// embedding width, and a head with GELU.
enum ELECTRA {
    static let family = Family(
        modelTypes: ["electra"], prefix: "electra.", bareArchitecture: "ElectraModel", architecture: "ElectraForSequenceClassification",
        encoder: encoder
    ) { configuration, width, labels, table in
        .dense(width, labels, activation: .gelu, dropout: try configuration.classifierDropout, in: &table)
    }

    private static func encoder(_ configuration: Configuration, _ prefix: String, _ table: inout ParameterTable) throws -> any Encoder {
        let width = try configuration.size("embedding_size", default: 128)
        let hidden = try configuration.size("hidden_size")
        return try PostNormEncoder(
            bert: configuration, prefix, embeddingWidth: width, projection: width == hidden ? nil : "embeddings_project", in: &table)
    }
}
