/// y = x Wᵀ + b, with x [tokens, inputs], y [tokens, outputs] and W [outputs, inputs] as in most weight files.
///
/// Some families' files have Wᵀ, [inputs, outputs], instead. It keeps that layout in memory, so that it can be mapped from the file, and so
/// do its gradient and moments.
package struct Linear: Sendable {
    package let weight: Slot
    package let bias: Slot?
    /// Whether Wᵀ is stored instead of W.
    package let isTransposed: Bool
    package let inputs: Int
    package let outputs: Int

    /// Declares `name.weight` and, if `bias` is true, `name.bias`.
    package init(_ name: String, _ inputs: Int, _ outputs: Int, bias: Bool = true, in table: inout ParameterTable) {
        self.init(weight: "\(name).weight", [outputs, inputs], bias: bias ? "\(name).bias" : nil, in: &table)
    }

    /// Declares a weight and optionally a bias by their full names.
    ///
    /// - Parameter shape: as in the file. The first axis is the outputs, or the inputs if the file has Wᵀ; all other axes are flattened
    ///   into the second one.
    package init(weight: String, _ shape: [Int], isTransposed: Bool = false, bias: String? = nil, in table: inout ParameterTable) {
        let (rows, columns) = (shape[0], shape.dropFirst().reduce(1, *))
        (inputs, outputs) = isTransposed ? (rows, columns) : (columns, rows)
        self.isTransposed = isTransposed
        self.weight = table.matrix(weight, shape, outputs: isTransposed ? .columns : .rows)
        self.bias = bias.map { [outputs] in table.vector($0, outputs, .zeros) }
    }

    package func forward(_ x: Rows, _ pass: Pass) -> (Rows, Backward) { forward(pass.factor(x), pass) }

    /// The same for an x that was converted once for several layers.
    package func forward(_ x: Factor, _ pass: Pass) -> (Rows, Backward) {
        let y = pass.arena.rows(x.count, outputs)
        pass.products.transform(x, self, pass, into: y)
        return (y, backward(to: x, pass))
    }

    /// f(x Wᵀ + b), converted for the next layer. GELU is applied to each strip while it is in the L1 cache, other functions to a few rows
    /// at a time.
    package func forward(_ x: Rows, then f: Activation, _ pass: Pass) -> (Factor, Backward) {
        let (arena, products) = (pass.arena, pass.products)
        let x = pass.factor(x)
        let slope = pass.precision == .bf16 ? f.applyBackNearly : f.applyBack
        if f == .gelu, products.fusesGELU(pass) {
            let u = pass.keepsTape ? arena.rows(x.count, outputs) : nil
            let y = Factor(pass.precision, x.count, outputs, arena)
            products.transform(x, self, pass, keeping: u, throughGELUInto: y)
            return (y, { dy, deferred in backward(to: x, pass)(slope(u!, dy), deferred) })
        }
        let u = arena.rows(x.count, outputs)
        let y = pass.precision == .fp32 && !pass.keepsTape ? .plain(u) : Factor(pass.precision, x.count, outputs, arena)
        let mark = arena.mark
        // The backward pass needs u.
        let values = pass.keepsTape ? arena.rows(Products.step(outputs), outputs) : nil
        products.transform(x, self, pass, into: u) { rows, first in
            let part = first..<first + rows.count
            let values = values?[0..<rows.count] ?? rows
            switch y {
            case .plain(let y): f.apply(rows, into: y[part])
            case .half(let y):
                f.applyNearly(rows, into: values)
                y.round(values, at: first)
            case .bytes(let y):
                f.applyNearly(rows, into: values)
                y.quantize(values, at: first)
            }
        }
        arena.release(to: mark)
        return (y, { dy, deferred in backward(to: x, pass)(slope(u, dy), deferred) })
    }

    /// dW += dyᵀ x, db += Σ dy and, if `dx` is given, dx += dy W: the backward pass for callers that hold x and dx themselves.
    package func backward(_ dy: Rows, _ x: Rows, addingTo dx: Rows?, _ pass: Pass, _ deferred: DeferredGradients) {
        if let dx { pass.products.transformBack(pass.factor(dy), self, pass, into: dx, adding: true) }
        deferGradients(dy, .plain(x), rounded: .plain(dy), deferred)
    }

    /// dx = dy W, dW += dyᵀ x, db += Σ dy.
    private func backward(to x: Factor, _ pass: Pass) -> Backward {
        { dy, deferred in
            let dx = pass.arena.rows(x.count, inputs)
            // Rounded once for both products.
            let factor = deferGradients(dy, x, pass, deferred)
            pass.products.transformBack(factor, self, pass, into: dx, adding: false)
            return dx
        }
    }

    /// dW += dyᵀ x, db += Σ dy: the whole backward pass if the gradient of x is not needed. Returns dy as a factor.
    @discardableResult
    package func deferGradients(_ dy: Rows, _ x: Factor, _ pass: Pass, _ deferred: DeferredGradients) -> Factor {
        let factor = pass.factor(dy)
        deferGradients(dy, x, rounded: factor, deferred)
        return factor
    }

    private func deferGradients(_ dy: Rows, _ x: Factor, rounded factor: Factor, _ deferred: DeferredGradients) {
        switch (factor, x) {
        case (.plain(let dy), .plain(let x)) where isTransposed: deferred.addProduct(x: x, dy: dy, to: weight)
        case (.plain(let dy), .plain(let x)): deferred.addProduct(dy: dy, x: x, to: weight)
        case (.half(let dy), .half(let x)) where isTransposed: deferred.addProduct(x: x, dy: dy, to: weight)
        case (.half(let dy), .half(let x)): deferred.addProduct(dy: dy, x: x, to: weight)
        default: preconditionFailure("x and dy are of one precision, and integers have no way back")
        }
        if let bias { deferred.addSums(dy: dy, to: bias) }
    }
}
