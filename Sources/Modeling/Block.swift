import TenorLayers

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
