import Layers

/// The first half of a block as BERT has it: y = norm(x + dropout(output(attention(query x, key x, value x)))).
package struct SelfAttention: Sendable {
    let query: Linear
    let key: Linear
    let value: Linear
    let attention: Attention
    let output: Linear
    let dropout: Dropout?
    let norm: LayerNorm

    /// - Parameter bias: what is added to the scores, where a family has positions there.
    func forward(_ x: Rows, bias: RelativeBias? = nil, _ pass: Pass) -> (Rows, Backward) {
        let (q, backQuery) = query.forward(x, pass)
        let (k, backKey) = key.forward(x, pass)
        let (v, backValue) = value.forward(x, pass)
        let (context, backAttention) = attention.forward(q, k, v, bias: bias?.fill, biasBackward: bias?.collect, pass)
        let (o, backOutput) = output.forward(context, pass)
        let (kept, backDropout) = dropout?.forward(o, pass) ?? (o, { dy, _ in dy })
        let (y, backNorm) = norm.forward(kept, adding: x, pass)
        return (
            y,
            { dy, ledger in
                let ds = backNorm(dy, ledger)
                let (dq, dk, dv) = backAttention(backOutput(backDropout(ds, ledger), ledger), ledger)
                let dx = backQuery(dq, ledger)
                dx.add(backKey(dk, ledger))
                dx.add(backValue(dv, ledger))
                dx.add(ds)
                return dx
            }
        )
    }
}

/// A term of the scores that comes from elsewhere than the queries and keys, and the way its gradient takes.
struct RelativeBias {
    let fill: Attention.Bias
    let collect: Attention.BiasBackward?
}

extension RelativeBias {
    /// A mask: a query sees so many keys before it and after it, and itself. The scores of the others become -∞.
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

    func forward(_ x: Rows, bias: RelativeBias? = nil, _ pass: Pass) -> (Rows, Backward) {
        let (a, backAttention) = attention.forward(x, bias: bias, pass)
        let (y, backFeedForward) = feedForward.forward(a, pass)
        return (y, { dy, ledger in backAttention(backFeedForward(dy, ledger), ledger) })
    }
}
