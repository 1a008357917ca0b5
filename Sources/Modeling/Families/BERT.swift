import TenorLayers

/// BERT (Devlin et al. 2019), as in transformers' `models/bert/modeling_bert.py`: normalized sum of token, position and type embeddings,
/// post-norm blocks with absolute positions, a tanh pooler on the first token.
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
    /// Uses BERT's configuration keys and tensor names.
    ///
    /// - Parameters:
    ///   - dropout: the default rate if the configuration has none.
    ///   - firstPosition: the row of the first token in the position table.
    ///   - embeddingWidth: the width of the embeddings, if it differs from that of the blocks; `projection` names the layer between the
    ///     two.
    init(
        bert configuration: Configuration, _ prefix: String, dropout: Double = 0.1, firstPosition: Int = 0, embeddingWidth: Int? = nil,
        projection: String? = nil, in table: inout ParameterTable
    ) throws {
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
    /// The dropout rate of a head: `classifier_dropout`, or the rate of the blocks if that is null or missing.
    var classifierDropout: Float {
        get throws { try rate("classifier_dropout", default: Double(rate("hidden_dropout_prob", default: 0.1))) }
    }
}
