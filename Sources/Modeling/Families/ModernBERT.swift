import TenorFiles
import TenorLayers

/// ModernBERT (Warner et al. 2024), as in transformers' `models/modernbert/modeling_modernbert.py`: rotary positions instead of a position
/// table, pre-norm blocks of which by default only every third attends to the whole text, and gated feed-forward parts.
struct ModernBERT: Encoder {
    let width: Int
    let longestSequence: Int
    private let wordEmbeddings: Embedding
    private let embeddingNorm: LayerNorm
    private let dropout: Dropout
    private let blocks: [ModernBERTBlock]
    /// Applied above the last block and frozen with it.
    private let norm: LayerNorm

    var blockCount: Int { blocks.count }
    var tokenEmbeddings: Slot { wordEmbeddings.weight }

    static let family = Family(
        modelTypes: ["modernbert"], prefix: "model.", bareArchitecture: "ModernBertModel",
        architecture: "ModernBertForSequenceClassification", ignored: ["head.", "decoder."], pretrainedHead: ["head."],
        dropout: "classifier_dropout", bothVersions: ModernBERTReach.spellBothWays, encoder: ModernBERT.init
    ) { configuration, width, labels, table in
        let name = try configuration.string("classifier_pooling", default: "cls")
        guard let pooling = Pooling(rawValue: name), pooling == .first || pooling == .mean else {
            throw ConfigurationError.wrongKind(
                file: configuration.file, key: "classifier_pooling", found: "'\(name)'", needed: "cls or mean")
        }
        return Head(
            pooling: pooling,
            dense: Linear("head.dense", width, width, bias: try configuration.bool("classifier_bias", default: false), in: &table),
            activation: try configuration.activation("classifier_activation", default: "gelu"),
            norm: try LayerNorm("head.norm", configuration, width, in: &table),
            dropout: Dropout(rate: try configuration.rate("classifier_dropout", default: 0), in: &table),
            classifier: Linear("classifier", width, labels, in: &table))
    }

    private init(_ configuration: Configuration, _ prefix: String, _ table: inout ParameterTable) throws {
        width = try configuration.size("hidden_size")
        longestSequence = try configuration.size("max_position_embeddings", default: 8192)
        let reaches = try ModernBERTReach.all(configuration)
        let vocabulary = try configuration.size("vocab_size")
        let paddingRow = try configuration.paddingRow(default: 50283, vocabulary: vocabulary)
        wordEmbeddings = Embedding("\(prefix)embeddings.tok_embeddings", vocabulary, width, paddingRow: paddingRow, in: &table)
        embeddingNorm = try LayerNorm("\(prefix)embeddings.norm", configuration, width, in: &table)
        dropout = Dropout(rate: try configuration.rate("embedding_dropout", default: 0), in: &table)
        blocks = try reaches.enumerated().map { index, reach in
            table.depth = index + 1
            return try ModernBERTBlock(
                "\(prefix)layers.\(index)", configuration, isFirst: index == 0, window: reach.window, rotaryBase: reach.rotaryBase,
                in: &table)
        }
        norm = try LayerNorm("\(prefix)final_norm", configuration, width, in: &table)
    }

    func embed(_ pass: Pass) -> (Rows, Backward) {
        let e = pass.arena.rows(pass.sequences.tokenCount, width)
        e.clear()
        let backwardTokens = wordEmbeddings.forward(pass.sequences.ids, addingTo: e, pass)
        let (normed, backwardNorm) = embeddingNorm.forward(e, pass)
        let (y, backwardDropout) = dropout.forward(normed, pass)
        return (y, { dy, deferred in backwardTokens(backwardNorm(backwardDropout(dy, deferred), deferred), deferred) })
    }

    func forward(_ x: Rows, through range: Range<Int>, _ pass: Pass) -> (Rows, Backward) {
        chain(x, through: range, pass) { index, x, pass in
            let (y, backward) = blocks[index].forward(x, pass)
            guard index == blocks.count - 1 else { return (y, backward) }
            let (normed, backwardNorm) = norm.forward(y, pass)
            return (normed, { dy, deferred in backward(backwardNorm(dy, deferred), deferred) })
        }
    }
}

/// h = x + dropout(output(attention(q, k, v))) with q, k, v from norm(x), or from x in the first block, and q and k rotated;
/// y = h + down(dropout(activation(a) · g)) with a and g from up(norm(h)) (GeGLU, Shazeer 2020).
private struct ModernBERTBlock {
    let attentionNorm: LayerNorm?
    let queryKeyValue: Linear
    let attention: Attention
    /// How many tokens a query sees on each side, or nil if it sees the whole text.
    let window: Int?
    let rotary: RotaryPositions
    let output: Linear
    let attentionDropout: Dropout
    let feedForwardNorm: LayerNorm
    let up: Linear
    let activation: Activation
    let feedForwardDropout: Dropout
    let down: Linear

    init(
        _ name: String, _ configuration: Configuration, isFirst: Bool, window: Int?, rotaryBase: Float, in table: inout ParameterTable
    ) throws {
        let width = try configuration.size("hidden_size")
        let heads = try configuration.heads("num_attention_heads", dividing: "hidden_size", width)
        let inner = try configuration.size("intermediate_size")
        let attentionBias = try configuration.bool("attention_bias", default: false)
        let feedForwardBias = try configuration.bool("mlp_bias", default: false)
        let attentionRate = try configuration.rate("attention_dropout", default: 0)
        guard width / heads % 2 == 0 else {
            throw ConfigurationError.wrongKind(
                file: configuration.file, key: "num_attention_heads", found: "\(heads)",
                needed: "such that each head's part of hidden_size, \(width), is even")
        }
        attentionNorm = isFirst ? nil : try LayerNorm("\(name).attn_norm", configuration, width, in: &table)
        queryKeyValue = Linear("\(name).attn.Wqkv", width, 3 * width, bias: attentionBias, in: &table)
        attention = Attention(heads: heads, headWidth: width / heads, dropout: attentionRate, in: &table)
        self.window = window
        rotary = RotaryPositions(base: rotaryBase, headWidth: width / heads)
        output = Linear("\(name).attn.Wo", width, width, bias: attentionBias, in: &table)
        attentionDropout = Dropout(rate: attentionRate, in: &table)
        feedForwardNorm = try LayerNorm("\(name).mlp_norm", configuration, width, in: &table)
        up = Linear("\(name).mlp.Wi", width, 2 * inner, bias: feedForwardBias, in: &table)
        activation = try configuration.activation("hidden_activation", default: "gelu")
        feedForwardDropout = Dropout(rate: try configuration.rate("mlp_dropout", default: 0), in: &table)
        down = Linear("\(name).mlp.Wo", inner, width, bias: feedForwardBias, in: &table)
    }

    func forward(_ x: Rows, _ pass: Pass) -> (Rows, Backward) {
        let (h, backwardAttention) = residual(
            x, { attentionNorm?.forward($0, pass) ?? ($0, { dy, _ in dy }) }, { queryKeyValue.forward($0, pass) }, { attend($0, pass) },
            { output.forward($0, pass) }, { attentionDropout.forward($0, pass) })
        let (y, backwardFeedForward) = residual(
            h, { feedForwardNorm.forward($0, pass) }, { up.forward($0, pass) }, { gate($0, pass) },
            { feedForwardDropout.forward($0, pass) }, { down.forward($0, pass) })
        return (y, { dy, deferred in backwardAttention(backwardFeedForward(dy, deferred), deferred) })
    }

    private func attend(_ qkv: Rows, _ pass: Pass) -> (Rows, Backward) {
        let (parts, join) = split(qkv, into: 3, pass)
        let turn = rotary.turns(pass)
        turn(parts[0], 1)
        turn(parts[1], 1)
        let mask = window.map { RelativeBias.window(before: $0, after: $0) }
        let (context, backward) = attention.forward(parts[0], parts[1], parts[2], bias: mask?.fill, pass)
        return (
            context,
            { dContext, deferred in
                let (dq, dk, dv) = backward(dContext, deferred)
                turn(dq, -1)
                turn(dk, -1)
                return join([dq, dk, dv])
            }
        )
    }

    /// activation(a) · g, where a is the left half of x's columns and g the right half.
    private func gate(_ x: Rows, _ pass: Pass) -> (Rows, Backward) {
        let (parts, join) = split(x, into: 2, pass)
        let g = parts[1]
        let (a, backwardActivation) = activation.forward(parts[0], pass)
        let y = pass.arena.rows(a.count, a.width)
        for index in 0..<y.elementCount { y.base[index] = a.base[index] * g.base[index] }
        return (
            y,
            { dy, deferred in
                let da = pass.arena.rows(dy.count, dy.width)
                let dg = pass.arena.rows(dy.count, dy.width)
                for index in 0..<dy.elementCount {
                    da.base[index] = dy.base[index] * g.base[index]
                    dg.base[index] = dy.base[index] * a.base[index]
                }
                return join([backwardActivation(da, deferred), dg])
            }
        )
    }
}

/// Rotary positions (Su et al. 2021): in each head the pair of columns (c, c + d/2) is rotated by the angle position · base^(-2c/d), so
/// that the product of a query and a key depends on their distance.
private struct RotaryPositions {
    let base: Float
    let headWidth: Int

    /// Returns a function that rotates rows [tokens, heads · headWidth] in place: forward with the sign 1, backward with -1.
    func turns(_ pass: Pass) -> (_ x: Rows, _ sign: Float) -> Void {
        let half = headWidth / 2
        let longest = pass.sequences.longest
        let cosines = pass.arena.rows(longest, half)
        let sines = pass.arena.rows(longest, half)
        for column in 0..<half {
            // In single precision, as in the reference: at position 8,000 the rounding of the angle matters.
            let frequency = 1 / powf(base, Float(2 * column) / Float(headWidth))
            for position in 0..<longest {
                cosines.row(position)[column] = cosf(Float(position) * frequency)
                sines.row(position)[column] = sinf(Float(position) * frequency)
            }
        }
        return { x, sign in
            for sequence in 0..<pass.sequences.count {
                for (position, token) in pass.sequences.range(sequence).enumerated() {
                    let (cosine, sine) = (cosines.row(position), sines.row(position))
                    for head in stride(from: x.row(token), to: x.row(token) + x.width, by: headWidth) {
                        for column in 0..<half {
                            let (a, b) = (head[column], head[column + half])
                            head[column] = a * cosine[column] - sign * b * sine[column]
                            head[column + half] = b * cosine[column] + sign * a * sine[column]
                        }
                    }
                }
            }
        }
    }
}

extension LayerNorm {
    /// A norm whose bias depends on the configuration.
    fileprivate init(_ name: String, _ configuration: Configuration, _ width: Int, in table: inout ParameterTable) throws {
        self.init(
            name, width, epsilon: try configuration.float("norm_eps", default: 1e-5),
            bias: try configuration.bool("norm_bias", default: false), in: &table)
    }
}
