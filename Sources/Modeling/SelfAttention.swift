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

/// A term of the scores that does not come from the product of queries and keys, and the backward pass that collects its gradient.
struct RelativeBias {
    let fill: Attention.Bias
    let collect: Attention.BiasBackward?
}

extension RelativeBias {
    /// A mask: a query sees itself and the given numbers of keys before and after it. All other scores become -∞.
    static func window(before: Int, after: Int) -> RelativeBias {
        RelativeBias(
            fill: { _, _, scores in
                let n = scores.count
                for query in 0..<n {
                    let first = query - min(query, before)
                    let row = scores.row(query)
                    row.update(repeating: -.infinity, count: n)
                    (row + first).update(repeating: 0, count: query + min(n - 1 - query, after) + 1 - first)
                }
            }, collect: nil)
    }
}

/// A post-norm block (Vaswani et al. 2017, as in BERT): attention, then the feed-forward part.
package struct Block: Sendable {
    let attention: SelfAttention
    let feedForward: FeedForward

    /// [tokens, width] -> [tokens, width].
    func forward(_ x: Rows, bias: RelativeBias? = nil, _ pass: Pass) -> (Rows, Backward) {
        let factor = pass.factor(x)
        return forward(factor, asking: (x, factor, { dy, _ in dy }), bias: bias, pass, above: pass)
    }

    /// [tokens, width] -> the states of each sequence's first token, [sequences, width]. For when nothing above uses the other tokens: only
    /// their keys and values are computed.
    func first(_ x: Rows, bias: RelativeBias? = nil, _ pass: Pass) -> (Rows, Backward) {
        let (first, backward) = Pooling.first.forward(x, pass)
        let above = pass.ofFirstTokens
        return forward(pass.factor(x), asking: (first, above.factor(first), backward), bias: bias, pass, above: above)
    }

    private func forward(
        _ x: Factor, asking: (x: Rows, factor: Factor, backward: Backward), bias: RelativeBias?, _ pass: Pass, above: Pass
    ) -> (Rows, Backward) {
        let (a, backwardAttention) = attention.forward(x, asking: asking, bias: bias, pass, above: above)
        let (y, backwardFeedForward) = feedForward.forward(a, above)
        return (y, { dy, deferred in backwardAttention(backwardFeedForward(dy, deferred), deferred) })
    }
}
