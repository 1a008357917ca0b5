import TenorLayers

/// A block: relative attention, then a feed-forward part with an inner dropout too (`XLNetFeedForward`).
struct XLNetBlock: Sendable {
    let attention: XLNetAttention
    let up: Linear
    let activation: Activation
    let dropoutInside: Dropout
    let down: Linear
    let dropout: Dropout
    let norm: LayerNorm

    init(_ name: String, _ configuration: Configuration, in table: inout ParameterTable) throws {
        let width = try configuration.size("d_model")
        let inner = try configuration.size("d_inner")
        let rate = try configuration.rate("dropout", default: 0.1)
        attention = try XLNetAttention("\(name).rel_attn", configuration, in: &table)
        up = Linear("\(name).ff.layer_1", width, inner, in: &table)
        activation = try configuration.activation("ff_activation", default: "gelu")
        dropoutInside = Dropout(rate: rate, in: &table)
        down = Linear("\(name).ff.layer_2", inner, width, in: &table)
        dropout = Dropout(rate: rate, in: &table)
        norm = LayerNorm("\(name).ff.layer_norm", width, epsilon: try configuration.float("layer_norm_eps", default: 1e-12), in: &table)
    }

    func forward(_ x: Rows, _ positions: Rows, _ distances: Distances, _ pass: Pass) -> (Rows, Backward) {
        let (h, backwardAttention) = attention.forward(x, positions, distances, pass)
        let (u, backwardUp) = up.forward(h, pass)
        let (a, backwardActivation) = activation.forward(u, pass)
        let (inside, backwardInside) = dropoutInside.forward(a, pass)
        let (d, backwardDown) = down.forward(inside, pass)
        let (kept, backwardDropout) = dropout.forward(d, pass)
        let (y, backwardNorm) = norm.forward(kept, adding: h, pass)
        return (
            y,
            { dy, deferred in
                let ds = backwardNorm(dy, deferred)
                let da = backwardInside(backwardDown(backwardDropout(ds, deferred), deferred), deferred)
                let dh = backwardUp(backwardActivation(da, deferred), deferred)
                dh.add(ds)
                return backwardAttention(dh, deferred)
            }
        )
    }
}
