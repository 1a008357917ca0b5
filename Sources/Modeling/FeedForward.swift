import TenorLayers

/// The second half of a block in BERT: y = norm(x + dropout(down(activation(up(x))))).
package struct FeedForward: Sendable {
    let up: Linear
    let activation: Activation
    let down: Linear
    let dropout: Dropout?
    let norm: LayerNorm

    func forward(_ x: Rows, _ pass: Pass) -> (Rows, Backward) {
        let (a, backwardUp) = up.forward(x, then: activation, pass)
        let (d, backwardDown) = down.forward(a, pass)
        let (kept, backwardDropout) = dropout?.forward(d, pass) ?? (d, { dy, _ in dy })
        let (y, backwardNorm) = norm.forward(kept, adding: x, pass)
        return (
            y,
            { dy, deferred in
                let ds = backwardNorm(dy, deferred)
                let dx = backwardUp(backwardDown(backwardDropout(ds, deferred), deferred), deferred)
                dx.add(ds)
                return dx
            }
        )
    }
}
