import CTenorVector

/// Scaled dot-product self-attention within each sequence (Vaswani et al. 2017): softmax(q kᵀ · scale + bias) v for each head.
///
/// Tokens attend only to tokens of their own sequence, because the code loops over the sequences. No mask is needed.
package struct Attention: Sendable {
    package let heads: Int
    package let headWidth: Int
    package let scale: Float
    package let dropout: Dropout

    package init(heads: Int, headWidth: Int, scale: Float? = nil, dropout rate: Float, in table: inout ParameterTable) {
        self.heads = heads
        self.headWidth = headWidth
        self.scale = scale ?? 1 / Float(headWidth).squareRoot()
        dropout = Dropout(rate: rate, in: &table)
    }

    /// Computes the bias added to the scores of one head over one sequence of n tokens. It writes [n, n], one row per query.
    package typealias Bias = (_ sequence: Int, _ head: Int, _ scores: Rows) -> Void
    /// Receives the gradient [n, n] of the scores that ``Bias`` wrote.
    package typealias BiasBackward = (_ sequence: Int, _ head: Int, _ dScores: Rows, DeferredGradients) -> Void
    /// Maps the gradient of the context to the gradients of q, k and v.
    package typealias Backward = (_ dContext: Rows, _ deferred: DeferredGradients) -> (dq: Rows, dk: Rows, dv: Rows)

    /// k and v are [tokens, heads · headWidth]; q and the returned context are [queries, heads · headWidth].
    ///
    /// - Parameter queries: the tokens that have a query, if not all do: the first ones of each sequence.
    package func forward(
        _ q: Rows, _ k: Rows, _ v: Rows, by queries: Sequences? = nil, bias: Bias? = nil, biasBackward: BiasBackward? = nil, _ pass: Pass
    ) -> (Rows, Backward) {
        let queries = queries ?? pass.sequences
        let arena = pass.arena
        let context = arena.rows(q.count, q.width)
        let mark = arena.mark
        let longest = pass.sequences.longest
        let scratch = arena.rows(1, attention_scratch(longest, headWidth))
        let scores = bias == nil ? nil : arena.rows(longest, longest)
        each(queries, pass) { sequence, head, asking, m, at, n, dropoutKey in
            let bias = bias.map { fill in written(scores!, n) { fill(sequence, head, $0) } }
            vector_attention(
                q.base + asking, k.base + at, v.base + at, q.width, bias?.base, context.base + asking, q.width, m, n, headWidth, scale,
                dropoutKey, scratch.base)
        }
        arena.release(to: mark)
        return (
            context,
            { dContext, deferred in
                let dq = arena.rows(q.count, q.width)
                let dk = arena.rows(k.count, k.width)
                let dv = arena.rows(k.count, k.width)
                let mark = arena.mark
                let scratch = arena.rows(1, attention_backward_scratch(longest, headWidth))
                let scores = bias == nil ? nil : arena.rows(longest, longest)
                let dScores = biasBackward == nil ? nil : arena.rows(longest, longest)
                each(queries, pass) { sequence, head, asking, m, at, n, dropoutKey in
                    let bias = bias.map { fill in written(scores!, n) { fill(sequence, head, $0) } }
                    let dBias = dScores.map { Rows($0.base, count: n, width: n) }
                    dBias?[m..<n].clear()
                    vector_attention_backward(
                        q.base + asking, k.base + at, v.base + at, q.width, bias?.base, dContext.base + asking, q.width, dq.base + asking,
                        dk.base + at, dv.base + at, dBias?.base, m, n, headWidth, scale, dropoutKey, scratch.base)
                    if let dBias { biasBackward!(sequence, head, dBias, deferred) }
                }
                arena.release(to: mark)
                return (dq, dk, dv)
            }
        )
    }

    private func written(_ scores: Rows, _ n: Int, _ fill: (Rows) -> Void) -> Rows {
        let square = Rows(scores.base, count: n, width: n)
        fill(square)
        return square
    }

    /// Calls `body` for each head of each sequence with the offsets of its m queries and of its n keys and values.
    private func each(
        _ queries: Sequences, _ pass: Pass,
        _ body: (_ sequence: Int, _ head: Int, _ asking: Int, _ m: Int, _ at: Int, _ n: Int, UnsafePointer<VectorDropout>?) -> Void
    ) {
        for sequence in 0..<pass.sequences.count {
            let (queries, keys) = (queries.range(sequence), pass.sequences.range(sequence))
            for head in 0..<heads {
                let asking = (queries.lowerBound * heads + head) * headWidth
                let at = (keys.lowerBound * heads + head) * headWidth
                if let dropoutKey = dropout.probabilities(sequence: sequence, head: head, pass) {
                    withUnsafePointer(to: dropoutKey) { body(sequence, head, asking, queries.count, at, keys.count, $0) }
                } else {
                    body(sequence, head, asking, queries.count, at, keys.count, nil)
                }
            }
        }
    }
}
