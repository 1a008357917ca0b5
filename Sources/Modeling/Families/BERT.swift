import TenorLayers

/// BERT (Devlin et al. 2019), as transformers' `models/bert/modeling_bert.py` computes it: word, position and type embeddings summed and
/// normed, post-norm blocks with absolute positions, a tanh pooler over the first token.
enum BERT {
    static let family = Family(
        modelTypes: ["bert"], prefix: "bert.", bareArchitecture: "BertModel", architecture: "BertForSequenceClassification",
        pooler: "pooler.dense"
    ) { configuration, prefix, table in
        try PostNormEncoder(bert: configuration, prefix, in: &table)
    } head: { configuration, width, labels, table in
        .pooler("bert.pooler.dense", width, labels, dropout: try configuration.classifierDropout, in: &table)
    }
}

extension PostNormEncoder {
    /// Under BERT's keys and names.
    ///
    /// - Parameters:
    ///   - dropout: the rate where the configuration says nothing.
    ///   - firstPosition: the row of the position table that is the first token's.
    ///   - embeddingWidth: where it is not that of the blocks, and `projection` is the layer between the two.
    init(
        bert configuration: Configuration, _ prefix: String, dropout: Double = 0.1, firstPosition: Int = 0, embeddingWidth: Int? = nil,
        projection: String? = nil, in table: inout ParameterTable
    ) throws {
        try configuration.require("position_embedding_type", "absolute", default: "absolute")
        let shape = try BlockShape(configuration, dropout: dropout)
        width = shape.width
        longestSequence = try configuration.size("max_position_embeddings") - firstPosition
        embeddings = try SummedEmbeddings(
            "\(prefix)embeddings", configuration, width: embeddingWidth ?? width, shape, firstPosition: firstPosition, in: &table)
        self.projection = projection.map { Linear("\(prefix)\($0)", embeddingWidth ?? shape.width, shape.width, in: &table) }
        blocks = try (0..<configuration.layers("num_hidden_layers")).map { index in
            table.depth = index + 1
            return Block("\(prefix)encoder.layer.\(index)", shape, in: &table)
        }
    }
}

extension Configuration {
    /// The rate of dropout in a head: its own, or where that is null or missing the blocks'.
    var classifierDropout: Float {
        get throws { try rate("classifier_dropout", default: Double(rate("hidden_dropout_prob", default: 0.1))) }
    }
}
