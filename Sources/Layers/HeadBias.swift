import CTenorVector

/// y = x + b on each row, with b [heads, headWidth].
package struct HeadBias: Sendable {
    private let bias: Slot
    private let heads: Int
    private let headWidth: Int

    /// Declares `name` itself. It is initialized randomly like a matrix, but weight decay does not apply, because it is a bias.
    package init(_ name: String, heads: Int, headWidth: Int, in table: inout ParameterTable) {
        bias = table.declare(name, [heads, headWidth], .normal, decays: false)
        self.heads = heads
        self.headWidth = headWidth
    }

    /// [tokens, heads · headWidth]. The backward pass returns its argument.
    package func forward(_ x: Rows, _ pass: Pass) -> (Rows, Backward) {
        let y = pass.arena.rows(x.count, x.width)
        y.copy(from: x)
        for token in 0..<y.count { vector_add(pass.weights.base(bias), y.row(token), y.width) }
        return (
            y,
            { dy, deferred in
                let dBias = pass.arena.rows(heads, headWidth)
                dBias.clear()
                vector_column_sums(dy.base, dy.width, dBias.base, dy.count, dy.width)
                deferred.addValues(dBias, to: bias)
                return dy
            }
        )
    }
}
