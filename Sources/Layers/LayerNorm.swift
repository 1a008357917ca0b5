import CTenorVector

/// y = (s - mean s) / √(var s + ε) · γ + β on each row, where s = x + residual (Ba et al. 2016).
package struct LayerNorm: Sendable {
    package let weight: Slot
    package let bias: Slot?
    package let width: Int
    package let epsilon: Float

    /// Declares `name.weight` and, if `bias` is true, `name.bias`.
    package init(_ name: String, _ width: Int, epsilon: Float, bias: Bool = true, in table: inout ParameterTable) {
        self.width = width
        self.epsilon = epsilon
        weight = table.vector("\(name).weight", width, .ones)
        self.bias = bias ? table.vector("\(name).bias", width, .zeros) : nil
    }

    /// The backward pass returns the gradient of s, which is that of both x and the residual.
    package func forward(_ x: Rows, adding residual: Rows? = nil, _ pass: Pass) -> (Rows, Backward) {
        let (arena, weights) = (pass.arena, pass.weights)
        let y = arena.rows(x.count, width)
        guard pass.keepsTape else {
            vector_norm(
                x.base, residual?.base, nil, y.base, weights.base(weight), weights.base(bias), nil, nil, x.count, width, epsilon)
            return (y, { _, _ in preconditionFailure("this pass kept no tape") })
        }
        let s = arena.rows(x.count, width)
        let mean = arena.rows(1, x.count)
        let rstd = arena.rows(1, x.count)
        vector_norm(
            x.base, residual?.base, s.base, y.base, weights.base(weight), weights.base(bias), mean.base, rstd.base, x.count, width,
            epsilon)
        return (
            y,
            { dy, deferred in
                let ds = arena.rows(dy.count, width)
                let dWeight = arena.rows(1, width)
                let dBias = arena.rows(1, width)
                dWeight.clear()
                dBias.clear()
                vector_norm_backward(
                    dy.base, s.base, mean.base, rstd.base, weights.base(weight), ds.base, dWeight.base, dBias.base, dy.count, width)
                deferred.addValues(dWeight, to: weight)
                if let bias { deferred.addValues(dBias, to: bias) }
                return ds
            }
        )
    }
}
