import TenorLayers

/// The first half of a block in BERT: y = norm(x + dropout(output(attention(query x, key x, value x)))).
package struct SelfAttention: Sendable {
    let query: Linear
    let key: Linear
    let value: Linear
    let attention: Attention
    let output: Linear
    let dropout: Dropout?
    let norm: LayerNorm

    /// - Parameters:
    ///   - x: the states of all tokens, for keys and values.
    ///   - asking: the states of the tokens that have a query, [queries, width], as rows and as a factor, and the backward pass from their
    ///     gradient to that of x.
    ///   - bias: an additional term of the scores, if the family has one.
    ///   - above: the pass for the tokens that have a query.
    func forward(
        _ x: Factor, asking: (x: Rows, factor: Factor, backward: Backward), bias: RelativeBias?, _ pass: Pass, above: Pass
    ) -> (Rows, Backward) {
        let (q, backwardQuery) = query.forward(asking.factor, above)
        let (k, backwardKey) = key.forward(x, pass)
        let (v, backwardValue) = value.forward(x, pass)
        let (context, backwardAttention) = attention.forward(
            q, k, v, by: above.sequences, bias: bias?.fill, biasBackward: bias?.collect, pass)
        let (o, backwardOutput) = output.forward(context, above)
        let (kept, backwardDropout) = dropout?.forward(o, above) ?? (o, { dy, _ in dy })
        let (y, backwardNorm) = norm.forward(kept, adding: asking.x, above)
        return (
            y,
            { dy, deferred in
                let ds = backwardNorm(dy, deferred)
                let (dq, dk, dv) = backwardAttention(backwardOutput(backwardDropout(ds, deferred), deferred), deferred)
                guard !pass.hasFrozenInput else {
                    query.deferGradients(dq, asking.factor, above, deferred)
                    key.deferGradients(dk, x, pass, deferred)
                    value.deferGradients(dv, x, pass, deferred)
                    return ds
                }
                let dAsking = backwardQuery(dq, deferred)
                dAsking.add(ds)
                let dx = asking.backward(dAsking, deferred)
                dx.add(backwardKey(dk, deferred))
                dx.add(backwardValue(dv, deferred))
                return dx
            }
        )
    }
}
