import TenorLayers

/// DistilBERT (Sanh et al. 2019), as in transformers' `models/distilbert/modeling_distilbert.py`: BERT's blocks under different names and
/// configuration keys, without token types and without dropout after attention, and a head with ReLU.
enum DistilBERT {
    static let family = Family(
        modelTypes: ["distilbert"], prefix: "distilbert.", bareArchitecture: "DistilBertModel",
        architecture: "DistilBertForSequenceClassification",
        ignored: ["vocab_transform.", "vocab_layer_norm.", "vocab_projector.", "pre_classifier."],
        dropout: "seq_classif_dropout", encoder: encoder
    ) { configuration, width, labels, table in
        Head(
            pooling: .first, dense: Linear("pre_classifier", width, width, in: &table), activation: .relu,
            dropout: Dropout(rate: try configuration.rate("seq_classif_dropout", default: 0.2), in: &table),
            classifier: Linear("classifier", width, labels, in: &table))
    }

    private static func encoder(_ configuration: Configuration, _ prefix: String, _ table: inout ParameterTable) throws -> any Encoder {
        let width = try configuration.size("dim")
        let shape = BlockShape(
            width: width, heads: try configuration.heads("n_heads", dividing: "dim", width), inner: try configuration.size("hidden_dim"),
            activation: try configuration.activation("activation", default: "gelu"), epsilon: 1e-12,
            probabilityDropout: try configuration.rate("attention_dropout", default: 0.1),
            dropout: try configuration.rate("dropout", default: 0.1), dropsAttention: false)
        let embeddings = try SummedEmbeddings("\(prefix)embeddings", configuration, width: width, shape, hasTypes: false, in: &table)
        let blocks = try (0..<configuration.layers("n_layers")).map { index in
            table.depth = index + 1
            return Block("\(prefix)transformer.layer.\(index)", shape, names, in: &table)
        }
        return PostNormEncoder(
            width: width, longestSequence: try configuration.size("max_position_embeddings"), embeddings: embeddings, blocks: blocks)
    }

    private static let names = BlockNames(
        query: "attention.q_lin", key: "attention.k_lin", value: "attention.v_lin", output: "attention.out_lin",
        attentionNorm: "sa_layer_norm", up: "ffn.lin1", down: "ffn.lin2", norm: "output_layer_norm")
}
