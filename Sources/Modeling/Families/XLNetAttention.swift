import TenorFiles
import TenorLayers

/// The first half of a block (`XLNetRelativeAttention`; Dai et al. 2019, section 3.3): y = norm(x + dropout(attention oᵀ)) with the scores
/// ((q_i + w) · k_j + (q_i + r) · R_(i - j) + (q_i + s) · S_ij) / √headWidth, where R are the projected sinusoids, w, r and s are learned
/// biases, and S_ij is one of two rows: one for tokens of the same segment, one for others.
struct XLNetAttention: Sendable {
    let query: Linear
    let key: Linear
    let value: Linear
    let position: Linear
    let contentBias: HeadBias
    let positionBias: HeadBias
    let segmentBias: HeadBias
    let segments: Slot
    let attention: Attention
    let output: Linear
    let dropout: Dropout
    let norm: LayerNorm

    init(_ name: String, _ configuration: Configuration, in table: inout ParameterTable) throws {
        let width = try configuration.size("d_model")
        let heads = try configuration.heads("n_head", dividing: "d_model", width)
        let headWidth = width / heads
        try configuration.require("d_head", .number(JSON.Number(headWidth)), default: .number(JSON.Number(headWidth)))
        // All are stored as [width, heads, headWidth], so in the projections into the heads the inputs come first.
        func projection(_ letter: String, outOfHeads: Bool = false) -> Linear {
            Linear(weight: "\(name).\(letter)", [width, heads, headWidth], isTransposed: !outOfHeads, in: &table)
        }
        func bias(_ letter: String) -> HeadBias { HeadBias("\(name).r_\(letter)_bias", heads: heads, headWidth: headWidth, in: &table) }
        let rate = try configuration.rate("dropout", default: 0.1)
        query = projection("q")
        key = projection("k")
        value = projection("v")
        output = projection("o", outOfHeads: true)
        position = projection("r")
        positionBias = bias("r")
        segmentBias = bias("s")
        contentBias = bias("w")
        segments = table.matrix("\(name).seg_embed", [2, heads, headWidth])
        attention = Attention(heads: heads, headWidth: headWidth, dropout: rate, in: &table)
        dropout = Dropout(rate: rate, in: &table)
        norm = LayerNorm("\(name).layer_norm", width, epsilon: try configuration.float("layer_norm_eps", default: 1e-12), in: &table)
    }

    /// - Parameter positions: the sinusoids of `distances.rows`, [rows, width]; they have no gradient.
    func forward(_ x: Rows, _ positions: Rows, _ distances: Distances, _ pass: Pass) -> (Rows, Backward) {
        let factor = pass.factor(x)
        let (q, backwardQuery) = query.forward(factor, pass)
        let (k, backwardKey) = key.forward(factor, pass)
        let (v, backwardValue) = value.forward(factor, pass)
        let positions = pass.factor(positions)
        let (r, _) = position.forward(positions, pass)
        let (qContent, backwardContent) = contentBias.forward(q, pass)
        let (qPosition, backwardPosition) = positionBias.forward(q, pass)
        let (qSegment, backwardSegment) = segmentBias.forward(q, pass)
        let toPosition = RelativeScores(.query, qPosition, r, distances, in: attention, pass)
        let toSegment = SegmentScores(qSegment, pass.weights.rows(segments), in: attention, pass)
        let bias = RelativeBias(
            fill: { sequence, head, scores in
                scores.clear()
                toPosition.add(to: scores, sequence: sequence, head: head)
                toSegment.add(to: scores, sequence: sequence, head: head)
            },
            collect: { sequence, head, dScores, _ in
                toPosition.collect(dScores, sequence: sequence, head: head)
                toSegment.collect(dScores, sequence: sequence, head: head)
            })
        let (context, backwardAttention) = attention.forward(qContent, k, v, bias: bias.fill, biasBackward: bias.collect, pass)
        let (o, backwardOutput) = output.forward(context, pass)
        let (kept, backwardDropout) = dropout.forward(o, pass)
        let (y, backwardNorm) = norm.forward(kept, adding: x, pass)
        return (
            y,
            { dy, deferred in
                let ds = backwardNorm(dy, deferred)
                let (dqContent, dk, dv) = backwardAttention(backwardOutput(backwardDropout(ds, deferred), deferred), deferred)
                let dq = backwardContent(dqContent, deferred)
                if let (dqPosition, dr) = toPosition.gradients {
                    position.deferGradients(dr, positions, pass, deferred)
                    dq.add(backwardPosition(dqPosition, deferred))
                }
                if let (dqSegment, dSegments) = toSegment.gradients {
                    deferred.addValues(dSegments, to: segments)
                    dq.add(backwardSegment(dqSegment, deferred))
                }
                let dx = backwardQuery(dq, deferred)
                dx.add(backwardKey(dk, deferred))
                dx.add(backwardValue(dv, deferred))
                dx.add(ds)
                return dx
            }
        )
    }
}
