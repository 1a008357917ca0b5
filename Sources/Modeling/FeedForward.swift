import TenorLayers

/// The second half of a block as BERT has it: y = norm(x + dropout(down(activation(up(x))))).
package struct FeedForward: Sendable {
    let up: Linear
    let activation: Activation
    let down: Linear
    let dropout: Dropout?
    let norm: LayerNorm

    func forward(_ x: Rows, _ pass: Pass) -> (Rows, Backward) {
        let (a, backUp) = up.forward(x, then: activation, pass)
        let (d, backDown) = down.forward(a, pass)
        let (kept, backDropout) = dropout?.forward(d, pass) ?? (d, { dy, _ in dy })
        let (y, backNorm) = norm.forward(kept, adding: x, pass)
        return (
            y,
            { dy, ledger in
                let ds = backNorm(dy, ledger)
                let dx = backUp(backDown(backDropout(ds, ledger), ledger), ledger)
                dx.add(ds)
                return dx
            }
        )
    }
}
