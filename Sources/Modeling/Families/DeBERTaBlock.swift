import TenorLayers

/// A block: disentangled attention, then BERT's feed-forward part.
struct DeBERTaBlock: Sendable {
    let attention: DisentangledAttention
    let feedForward: FeedForward

    init(_ name: String, _ configuration: Configuration, in table: inout ParameterTable) throws {
        let width = try configuration.size("hidden_size")
        let inner = try configuration.size("intermediate_size")
        attention = try DisentangledAttention("\(name).attention", configuration, in: &table)
        feedForward = FeedForward(
            up: Linear("\(name).intermediate.dense", width, inner, in: &table),
            activation: try configuration.activation("hidden_act", default: "gelu"),
            down: Linear("\(name).output.dense", inner, width, in: &table),
            dropout: Dropout(rate: try configuration.rate("hidden_dropout_prob", default: 0.1), in: &table),
            norm: LayerNorm("\(name).output.LayerNorm", width, epsilon: try configuration.debertaEpsilon, in: &table))
    }

    func forward(_ x: Rows, _ positions: DeBERTaPositions.Rows, _ pass: Pass) -> (Rows, Backward) {
        let (a, backwardAttention) = attention.forward(x, positions, pass)
        let (y, backwardFeedForward) = feedForward.forward(a, pass)
        return (y, { dy, deferred in backwardAttention(backwardFeedForward(dy, deferred), deferred) })
    }
}
