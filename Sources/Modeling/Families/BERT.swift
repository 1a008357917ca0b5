import Layers

/// BERT (Devlin et al. 2019), as transformers' `models/bert/modeling_bert.py` computes it: word, position and type embeddings summed and
/// normed, post-norm blocks with absolute positions, a tanh pooler over the first token.
struct BERT: Encoder {
    let width: Int
    let longestSequence: Int
    let embeddings: SummedEmbeddings
    let blocks: [Block]

    var blockCount: Int { blocks.count }
    var words: Slot { embeddings.words.weight }

    static let family = Family(
        modelTypes: ["bert"], prefix: "bert.", bareArchitecture: "BertModel", architecture: "BertForSequenceClassification",
        ignored: ["cls."], build: build)

    static func build(_ configuration: Configuration, _ labels: Int, _ pooling: Pooling?, _ table: inout ParameterTable) throws -> Network {
        try configuration.require("position_embedding_type", "absolute", default: "absolute")
        let width = try configuration.size("hidden_size")
        let positions = try configuration.size("max_position_embeddings")
        let epsilon = try configuration.float("layer_norm_eps", default: 1e-12)
        let dropout = try configuration.rate("hidden_dropout_prob", default: 0.1)
        let prefix = pooling == .mean ? "" : "bert."
        let embeddings = SummedEmbeddings(
            words: Embedding("\(prefix)embeddings.word_embeddings", try configuration.size("vocab_size"), width, in: &table),
            positions: Embedding("\(prefix)embeddings.position_embeddings", positions, width, in: &table),
            types: Embedding("\(prefix)embeddings.token_type_embeddings", try configuration.size("type_vocab_size", default: 2), width, in: &table),
            norm: LayerNorm("\(prefix)embeddings.LayerNorm", width, epsilon: epsilon, in: &table),
            dropout: Dropout(rate: dropout, in: &table))
        let blocks = try (0..<configuration.size("num_hidden_layers")).map { index in
            table.depth = index + 1
            return try Block(bertNames: "\(prefix)encoder.layer.\(index)", configuration, in: &table)
        }
        let encoder = BERT(width: width, longestSequence: positions, embeddings: embeddings, blocks: blocks)
        let head: Head
        if pooling == .mean {
            table.depth = ParameterTable.carriedDepth
            _ = Linear("pooler.dense", width, width, in: &table)
            table.depth = ParameterTable.headDepth
            head = .mean(width, labels, dropout: dropout, in: &table)
        } else {
            table.depth = ParameterTable.headDepth
            head = Head(
                pooling: .first, dense: Linear("bert.pooler.dense", width, width, in: &table), activation: .tanh,
                dropout: Dropout(rate: try configuration.rate("classifier_dropout", default: Double(dropout)), in: &table),
                classifier: Linear("classifier", width, labels, in: &table))
        }
        return Network(encoder: encoder, head: head)
    }

    func embed(_ pass: Pass) -> (Rows, Backward) { embeddings.forward(pass) }

    func forward(_ x: Rows, through range: Range<Int>, _ pass: Pass) -> (Rows, Backward) {
        chain(x, through: range, pass) { index, x, pass in blocks[index].forward(x, pass) }
    }
}

extension Block {
    /// A block under the names that BERT's files use, which most families took over.
    init(bertNames name: String, _ configuration: Configuration, in table: inout ParameterTable) throws {
        let width = try configuration.size("hidden_size")
        let heads = try configuration.size("num_attention_heads")
        let inner = try configuration.size("intermediate_size")
        let epsilon = try configuration.float("layer_norm_eps", default: 1e-12)
        let dropout = try configuration.rate("hidden_dropout_prob", default: 0.1)
        guard width % heads == 0 else {
            throw ConfigurationError.wrongKind(
                file: configuration.file, key: "num_attention_heads", found: "\(heads)", needed: "a divisor of hidden_size, \(width)")
        }
        let attention = SelfAttention(
            query: Linear("\(name).attention.self.query", width, width, in: &table),
            key: Linear("\(name).attention.self.key", width, width, in: &table),
            value: Linear("\(name).attention.self.value", width, width, in: &table),
            attention: Attention(
                heads: heads, headWidth: width / heads, dropout: try configuration.rate("attention_probs_dropout_prob", default: 0.1),
                in: &table),
            output: Linear("\(name).attention.output.dense", width, width, in: &table),
            dropout: Dropout(rate: dropout, in: &table),
            norm: LayerNorm("\(name).attention.output.LayerNorm", width, epsilon: epsilon, in: &table))
        let feedForward = FeedForward(
            up: Linear("\(name).intermediate.dense", width, inner, in: &table),
            activation: try configuration.activation("hidden_act", default: "gelu"),
            down: Linear("\(name).output.dense", inner, width, in: &table),
            dropout: Dropout(rate: dropout, in: &table),
            norm: LayerNorm("\(name).output.LayerNorm", width, epsilon: epsilon, in: &table))
        self.init(attention: attention, feedForward: feedForward)
    }
}
