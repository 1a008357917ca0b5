/// y = x Wᵀ + b, x being [tokens, inputs], W [outputs, inputs] as the weight files have it, y [tokens, outputs].
package struct Linear: Sendable {
    package let weight: Slot
    package let bias: Slot?
    package let inputs: Int
    package let outputs: Int

    /// Declares `name.weight` and, unless told otherwise, `name.bias`.
    package init(_ name: String, _ inputs: Int, _ outputs: Int, bias: Bool = true, in table: inout ParameterTable) {
        self.inputs = inputs
        self.outputs = outputs
        weight = table.matrix("\(name).weight", [outputs, inputs])
        self.bias = bias ? table.vector("\(name).bias", outputs, .zeros) : nil
    }

    package func forward(_ x: Rows, _ pass: Pass) -> (Rows, Backward) { forward(pass.factor(x), pass) }

    /// The same of an x that is made ready once for several layers.
    package func forward(_ factor: Factor, _ pass: Pass) -> (Rows, Backward) {
        let x = factor.x
        let y = pass.arena.rows(x.count, outputs)
        pass.products.transform(factor, self, pass, into: y)
        return (
            y,
            { dy, ledger in
                let dx = pass.arena.rows(x.count, inputs)
                backward(dy, x, factor.half, into: dx, pass, ledger)
                return dx
            }
        )
    }

    /// dx = dy W (or += with `adding`), dW += dyᵀ x, db += Σ dy.
    ///
    /// - Parameter rounded: x as the way forward rounded it, if it did.
    package func backward(
        _ dy: Rows, _ x: Rows, _ rounded: HalfRows? = nil, into dx: Rows, adding: Bool = false, _ pass: Pass, _ ledger: Ledger
    ) {
        let roundedBack = pass.products.transformBack(dy, self, pass, into: dx, adding: adding)
        if let rounded, let roundedBack {
            ledger.addProduct(dy: roundedBack, x: rounded, to: weight)
        } else {
            ledger.addProduct(dy: dy, x: x, to: weight)
        }
        if let bias { ledger.addSums(dy: dy, to: bias) }
    }
}
