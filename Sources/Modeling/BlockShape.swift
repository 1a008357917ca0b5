import TenorLayers

/// The hyperparameters of a post-norm block.
struct BlockShape {
    let width: Int
    let heads: Int
    /// The inner width of the feed-forward part.
    let inner: Int
    let activation: Activation
    let epsilon: Float
    /// The dropout rate of attention probabilities.
    let probabilityDropout: Float
    /// The dropout rate of the states below the blocks and of the output of each block half, unless a family has no dropout there.
    let dropout: Float
    var dropsAttention = true
    var dropsFeedForward = true
}

extension BlockShape {
    /// Reads BERT's configuration keys, with the defaults of its transformers class except for those given here.
    init(_ configuration: Configuration, dropout: Double = 0.1, activation: String = "gelu") throws {
        width = try configuration.size("hidden_size")
        heads = try configuration.heads("num_attention_heads", dividing: "hidden_size", width)
        inner = try configuration.size("intermediate_size")
        self.activation = try configuration.activation("hidden_act", default: activation)
        epsilon = try configuration.float("layer_norm_eps", default: 1e-12)
        probabilityDropout = try configuration.rate("attention_probs_dropout_prob", default: dropout)
        self.dropout = try configuration.rate("hidden_dropout_prob", default: dropout)
    }
}

extension Block {
    init(_ name: String, _ shape: BlockShape, _ names: BlockNames = .bert, in table: inout ParameterTable) {
        let (width, epsilon) = (shape.width, shape.epsilon)
        attention = SelfAttention(
            query: Linear("\(name).\(names.query)", width, width, in: &table),
            key: Linear("\(name).\(names.key)", width, width, in: &table),
            value: Linear("\(name).\(names.value)", width, width, in: &table),
            attention: Attention(
                heads: shape.heads, headWidth: width / shape.heads, dropout: shape.probabilityDropout, in: &table),
            output: Linear("\(name).\(names.output)", width, width, in: &table),
            dropout: shape.dropsAttention ? Dropout(rate: shape.dropout, in: &table) : nil,
            norm: LayerNorm("\(name).\(names.attentionNorm)", width, epsilon: epsilon, in: &table))
        feedForward = FeedForward(
            up: Linear("\(name).\(names.up)", width, shape.inner, in: &table), activation: shape.activation,
            down: Linear("\(name).\(names.down)", shape.inner, width, in: &table),
            dropout: shape.dropsFeedForward ? Dropout(rate: shape.dropout, in: &table) : nil,
            norm: LayerNorm("\(name).\(names.norm)", width, epsilon: epsilon, in: &table))
    }
}

extension Configuration {
    /// A number of attention heads, which must divide the width found under `widthKey`.
    func heads(_ key: String, dividing widthKey: String, _ width: Int) throws -> Int {
        let heads = try size(key)
        guard width % heads == 0 else {
            throw ConfigurationError.wrongKind(file: file, key: key, found: "\(heads)", needed: "a divisor of \(widthKey), \(width)")
        }
        return heads
    }

    /// A number of layers, at least 1 and at most `most`, so that their names fit into memory whatever a file claims.
    func layers(_ key: String, default standard: Int? = nil, most: Int = 1000) throws -> Int {
        let layers = try int(key, default: standard)
        guard (1...most).contains(layers) else {
            throw ConfigurationError.wrongKind(file: file, key: key, found: "\(layers)", needed: "a number from 1 to \(most)")
        }
        return layers
    }
}
