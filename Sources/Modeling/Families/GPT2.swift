import TenorLayers

/// GPT-2 (Radford et al. 2019) as a classifier, as in transformers' `models/gpt2/modeling_gpt2.py`: pre-norm blocks with causal attention,
/// and a linear layer without bias on the last token's state.
struct GPT2: Encoder {
    let width: Int
    let longestSequence: Int
    private let wordEmbeddings: Embedding
    private let positionEmbeddings: Embedding
    private let dropout: Dropout
    private let blocks: [GPT2Block]
    /// Applied above the last block and frozen with it.
    private let norm: LayerNorm

    var blockCount: Int { blocks.count }
    var tokenEmbeddings: Slot { wordEmbeddings.weight }

    static let family = Family(
        modelTypes: ["gpt2"], prefix: "transformer.", bareArchitecture: "GPT2Model", architecture: "GPT2ForSequenceClassification",
        ignored: ["score."], dropout: "resid_pdrop", encoder: GPT2.init
    ) { _, width, labels, table in
        Head(pooling: .last, classifier: Linear("score", width, labels, bias: false, in: &table))
    }

    private init(_ configuration: Configuration, _ prefix: String, _ table: inout ParameterTable) throws {
        width = try configuration.size("n_embd")
        longestSequence = try configuration.size("n_positions")
        let heads = try configuration.heads("n_head", dividing: "n_embd", width)
        let inner = try configuration.size("n_inner", default: 4 * width)
        let activation = try configuration.activation("activation_function", default: "gelu_new")
        let epsilon = try configuration.float("layer_norm_epsilon", default: 1e-5)
        let probabilityRate = try configuration.rate("attn_pdrop", default: 0.1)
        let rate = try configuration.rate("resid_pdrop", default: 0.1)
        wordEmbeddings = Embedding("\(prefix)wte", try configuration.size("vocab_size"), width, in: &table)
        positionEmbeddings = Embedding("\(prefix)wpe", longestSequence, width, in: &table)
        dropout = Dropout(rate: try configuration.rate("embd_pdrop", default: 0.1), in: &table)
        blocks = try (0..<configuration.layers("n_layer")).map { [width] index in
            table.depth = index + 1
            let name = "\(prefix)h.\(index)"
            return GPT2Block(
                attentionNorm: LayerNorm("\(name).ln_1", width, epsilon: epsilon, in: &table),
                queryKeyValue: Linear(conv1D: "\(name).attn.c_attn", width, 3 * width, in: &table),
                attention: Attention(heads: heads, headWidth: width / heads, dropout: probabilityRate, in: &table),
                output: Linear(conv1D: "\(name).attn.c_proj", width, width, in: &table),
                attentionDropout: Dropout(rate: rate, in: &table),
                feedForwardNorm: LayerNorm("\(name).ln_2", width, epsilon: epsilon, in: &table),
                up: Linear(conv1D: "\(name).mlp.c_fc", width, inner, in: &table), activation: activation,
                down: Linear(conv1D: "\(name).mlp.c_proj", inner, width, in: &table),
                feedForwardDropout: Dropout(rate: rate, in: &table))
        }
        norm = LayerNorm("\(prefix)ln_f", width, epsilon: epsilon, in: &table)
    }

    func embed(_ pass: Pass) -> (Rows, Backward) {
        let sequences = pass.sequences
        let sum = pass.arena.rows(sequences.tokenCount, width)
        sum.clear()
        let positions = (0..<sequences.count).flatMap { (0..<Int32(sequences.range($0).count)) }
        let backwardTokens = wordEmbeddings.forward(sequences.ids, addingTo: sum, pass)
        let backwardPositions = positionEmbeddings.forward(positions, addingTo: sum, pass)
        let (y, backwardDropout) = dropout.forward(sum, pass)
        return (y, { dy, deferred in backwardTokens(backwardPositions(backwardDropout(dy, deferred), deferred), deferred) })
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

/// h = x + dropout(output(attention(q, k, v))) with q, k, v from norm(x); y = h + dropout(down(activation(up(norm(h))))).
private struct GPT2Block {
    let attentionNorm: LayerNorm
    let queryKeyValue: Linear
    let attention: Attention
    let output: Linear
    let attentionDropout: Dropout
    let feedForwardNorm: LayerNorm
    let up: Linear
    let activation: Activation
    let down: Linear
    let feedForwardDropout: Dropout

    func forward(_ x: Rows, _ pass: Pass) -> (Rows, Backward) {
        let (h, backwardAttention) = residual(
            x, { attentionNorm.forward($0, pass) }, { queryKeyValue.forward($0, pass) }, { attend($0, pass) }, { output.forward($0, pass) },
            { attentionDropout.forward($0, pass) })
        let (y, backwardFeedForward) = residual(
            h, { feedForwardNorm.forward($0, pass) }, { feedForward($0, pass) }, { feedForwardDropout.forward($0, pass) })
        return (y, { dy, deferred in backwardAttention(backwardFeedForward(dy, deferred), deferred) })
    }

    private func feedForward(_ x: Rows, _ pass: Pass) -> (Rows, Backward) {
        let (a, backwardUp) = up.forward(x, then: activation, pass)
        let (y, backwardDown) = down.forward(a, pass)
        return (y, { dy, deferred in backwardUp(backwardDown(dy, deferred), deferred) })
    }

    /// The causal mask is added to the scores, so the masked products are still computed. A kernel that skips them would be twice as fast,
    /// but only on texts far longer than a review, where attention dominates. That is not worth it for one family.
    private func attend(_ qkv: Rows, _ pass: Pass) -> (Rows, Backward) {
        let (parts, join) = split(qkv, into: 3, pass)
        let causal = RelativeBias.window(before: .max, after: 0)
        let (context, backward) = attention.forward(parts[0], parts[1], parts[2], bias: causal.fill, pass)
        return (
            context,
            { dContext, deferred in
                let (dq, dk, dv) = backward(dContext, deferred)
                return join([dq, dk, dv])
            }
        )
    }
}

extension Linear {
    /// transformers' `Conv1D`, which stores the weight as [inputs, outputs].
    fileprivate init(conv1D name: String, _ inputs: Int, _ outputs: Int, in table: inout ParameterTable) {
        self.init(weight: "\(name).weight", [inputs, outputs], isTransposed: true, bias: "\(name).bias", in: &table)
    }
}
