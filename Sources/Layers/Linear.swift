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

    package func forward(_ x: Rows, _ pass: Pass) -> (Rows, Backward) {
        let y = pass.arena.rows(x.count, outputs)
        Product.transform(x, pass.weights.rows(weight), pass.weights.base(bias), into: y)
        return (y, { dy, ledger in
            let dx = pass.arena.rows(x.count, inputs)
            backward(dy, x, into: dx, pass, ledger)
            return dx
        })
    }

    /// dx = dy W (or += with `adding`), dW += dyᵀ x, db += Σ dy.
    package func backward(_ dy: Rows, _ x: Rows, into dx: Rows, adding: Bool = false, _ pass: Pass, _ ledger: Ledger) {
        ledger.addProduct(dy: dy, x: x, to: weight)
        if let bias { ledger.addSums(dy: dy, to: bias) }
        Product.transformBack(dy, pass.weights.rows(weight), into: dx, adding: adding)
    }
}
