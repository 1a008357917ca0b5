import TenorLayers

/// Splits x, [tokens, count · width], into `count` matrices [tokens, width] of adjacent columns; the backward pass concatenates their
/// gradients. For families that compute queries, keys and values in one product.
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

/// y = x + f(x), where f is a sequence of layers: half of a pre-norm block. x is added in place to the last layer's output, which must not
/// share memory with x.
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
