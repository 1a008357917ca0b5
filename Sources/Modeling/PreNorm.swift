import TenorLayers

/// x, [tokens, count · width], cut into `count` matrices [tokens, width] of neighbouring columns; and the backward pass, which lays their gradients
/// side by side again. For families that compute queries, keys and values in one product.
func split(_ x: Rows, into count: Int, _ pass: Pass) -> (parts: [Rows], backward: (_ dParts: [Rows]) -> Rows) {
    let width = x.width / count
    let parts = (0..<count).map { part in
        let y = pass.arena.rows(x.count, width)
        for token in 0..<x.count { y.row(token).update(from: x.row(token) + part * width, count: width) }
        return y
    }
    return (
        parts,
        { dParts in
            let dx = pass.arena.rows(x.count, x.width)
            for (part, dPart) in dParts.enumerated() {
                for token in 0..<x.count { (dx.row(token) + part * width).update(from: dPart.row(token), count: width) }
            }
            return dx
        }
    )
}

/// y = x + f(x), f being layers one after another: a half of a pre-norm block. The last of them answers in memory of its own.
func residual(_ x: Rows, _ layers: ((Rows) -> (Rows, Backward))...) -> (Rows, Backward) {
    var y = x
    var backwards: [Backward] = []
    for layer in layers {
        let (next, backward) = layer(y)
        y = next
        backwards.append(backward)
    }
    y.add(x)
    let ways = backwards
    return (
        y,
        { dy, deferred in
            let dx = ways.reversed().reduce(dy) { dy, backward in backward(dy, deferred) }
            dx.add(dy)
            return dx
        }
    )
}
