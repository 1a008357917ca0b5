import TenorFiles
import TenorLayers

/// The first half of a DeBERTa block (He et al. 2021, section 3.1; `DisentangledSelfAttention`): BERT's, but with the scores (q_i · k_j +
/// q_i · Kʳ_b + k_j · Qʳ_b) / √(headWidth · terms), where b = bucket(i - j), and Kʳ, Qʳ are projections of the positions.
struct DisentangledAttention: Sendable {
    let query: Linear
    let key: Linear
    let value: Linear
    /// Projects positions for "content to position", q_i · Kʳ_b; nil if the model does not have that term.
    let positionKey: Linear?
    /// Projects positions for "position to content", k_j · Qʳ_b; nil if the model does not have that term.
    let positionQuery: Linear?
    let positionDropout: Dropout
    let attention: Attention
    let output: Linear
    let dropout: Dropout
    let norm: LayerNorm

    init(_ name: String, _ configuration: Configuration, in table: inout ParameterTable) throws {
        let width = try configuration.size("hidden_size")
        let heads = try configuration.heads("num_attention_heads", dividing: "hidden_size", width)
        let headWidth = width / heads
        try configuration.require("attention_head_size", .number(JSON.Number(headWidth)), default: .number(JSON.Number(headWidth)))
        let dropout = try configuration.rate("hidden_dropout_prob", default: 0.1)
        let terms = try configuration.positionTerms
        query = Linear("\(name).self.query_proj", width, width, in: &table)
        key = Linear("\(name).self.key_proj", width, width, in: &table)
        value = Linear("\(name).self.value_proj", width, width, in: &table)
        let isShared = try configuration.bool("share_att_key", default: false)
        positionKey =
            !terms.contains("c2p") ? nil : isShared ? key : Linear("\(name).self.pos_key_proj", width, width, in: &table)
        positionQuery =
            !terms.contains("p2c") ? nil : isShared ? query : Linear("\(name).self.pos_query_proj", width, width, in: &table)
        positionDropout = Dropout(rate: dropout, in: &table)
        attention = Attention(
            heads: heads, headWidth: headWidth, scale: 1 / Float(headWidth * (1 + terms.count)).squareRoot(),
            dropout: try configuration.rate("attention_probs_dropout_prob", default: 0.1), in: &table)
        output = Linear("\(name).output.dense", width, width, in: &table)
        self.dropout = Dropout(rate: dropout, in: &table)
        norm = LayerNorm(
            "\(name).output.LayerNorm", width, epsilon: try configuration.debertaEpsilon, in: &table)
    }

    func forward(_ x: Rows, _ positions: DeBERTaPositions.Rows, _ pass: Pass) -> (Rows, Backward) {
        let factor = pass.factor(x)
        let (q, backwardQuery) = query.forward(factor, pass)
        let (k, backwardKey) = key.forward(factor, pass)
        let (v, backwardValue) = value.forward(factor, pass)
        let distances = positions.distances
        let (p, backwardPositions) = positionDropout.forward(positions: positions.values, from: distances.rows.lowerBound, pass)
        let toPosition = positionKey.map { RelativeScores(.query, q, $0.forward(p, pass).0, distances, in: attention, pass) }
        let toContent = positionQuery.map { RelativeScores(.key, k, $0.forward(p, pass).0, distances, in: attention, pass) }
        let bias = RelativeBias(
            fill: { sequence, head, scores in
                scores.clear()
                toPosition?.add(to: scores, sequence: sequence, head: head)
                toContent?.add(to: scores, sequence: sequence, head: head)
            },
            collect: { sequence, head, dScores, _ in
                toPosition?.collect(dScores, sequence: sequence, head: head)
                toContent?.collect(dScores, sequence: sequence, head: head)
            })
        let (context, backwardAttention) = attention.forward(q, k, v, bias: bias.fill, biasBackward: bias.collect, pass)
        let (o, backwardOutput) = output.forward(context, pass)
        let (kept, backwardDropout) = dropout.forward(o, pass)
        let (y, backwardNorm) = norm.forward(kept, adding: x, pass)
        return (
            y,
            { dy, deferred in
                let ds = backwardNorm(dy, deferred)
                let (dq, dk, dv) = backwardAttention(backwardOutput(backwardDropout(ds, deferred), deferred), deferred)
                let dp = positions.isWanted(by: deferred) ? pass.arena.rows(p.count, p.width) : nil
                dp?.clear()
                if let (more, dr) = toPosition?.gradients {
                    dq.add(more)
                    positionKey?.backward(dr, p, addingTo: dp, pass, deferred)
                }
                if let (more, dr) = toContent?.gradients {
                    dk.add(more)
                    positionQuery?.backward(dr, p, addingTo: dp, pass, deferred)
                }
                if let dp { positions.gradient?.add(backwardPositions(dp, deferred)) }
                let dx = backwardQuery(dq, deferred)
                dx.add(backwardKey(dk, deferred))
                dx.add(backwardValue(dv, deferred))
                dx.add(ds)
                return dx
            }
        )
    }
}
