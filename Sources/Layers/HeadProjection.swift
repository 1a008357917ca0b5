import CTenorVector

/// A product with a matrix that is stored per head, W [width, heads, headWidth], without a bias, as XLNet has them.
package struct HeadProjection: Sendable {
    package enum Direction: Sendable {
        /// y = x W: [tokens, width] -> [tokens, heads · headWidth].
        case intoHeads
        /// y = x Wᵀ: [tokens, heads · headWidth] -> [tokens, width].
        case outOfHeads
    }

    private let weight: Slot
    private let direction: Direction
    private let inputs: Int
    private let outputs: Int

    /// Declares `name` itself.
    package init(_ name: String, _ direction: Direction, width: Int, heads: Int, headWidth: Int, in table: inout ParameterTable) {
        weight = table.matrix(name, [width, heads, headWidth])
        self.direction = direction
        (inputs, outputs) = direction == .intoHeads ? (width, heads * headWidth) : (heads * headWidth, width)
    }

    package func forward(_ x: Rows, _ pass: Pass) -> (Rows, Backward) {
        let y = pass.arena.rows(x.count, outputs)
        let w = pass.weights.rows(weight).window
        pass.products.multiply(x, by: weight, direction == .intoHeads ? .straight : .turned, bias: nil, pass, into: y)
        return (
            y,
            { dy, ledger in
                owe(dy, x, ledger)
                let dx = pass.arena.rows(x.count, inputs)
                Product.multiply(dy.window, direction == .intoHeads ? w.transposed : w, into: dx.window)
                return dx
            }
        )
    }

    /// dW += xᵀ dy, or dyᵀ x. For an x that has no gradient of its own this is the whole way back.
    package func owe(_ dy: Rows, _ x: Rows, _ ledger: Ledger) {
        switch direction {
        case .intoHeads: ledger.addProduct(x: x, dy: dy, to: weight)
        case .outOfHeads: ledger.addProduct(dy: dy, x: x, to: weight)
        }
    }
}

/// y = x + b on each row, b being [heads, headWidth].
package struct HeadBias: Sendable {
    private let bias: Slot
    private let heads: Int
    private let headWidth: Int

    /// Declares `name` itself. It is drawn anew like a matrix, but as a bias it does not decay.
    package init(_ name: String, heads: Int, headWidth: Int, in table: inout ParameterTable) {
        bias = table.declare(name, [heads, headWidth], .normal, decays: false)
        self.heads = heads
        self.headWidth = headWidth
    }

    /// [tokens, heads · headWidth]. The way back returns its argument.
    package func forward(_ x: Rows, _ pass: Pass) -> (Rows, Backward) {
        let y = pass.arena.rows(x.count, x.width)
        y.copy(from: x)
        for token in 0..<y.count { vector_add(pass.weights.base(bias), y.row(token), y.width) }
        return (
            y,
            { dy, ledger in
                let dBias = pass.arena.rows(heads, headWidth)
                dBias.clear()
                vector_column_sums(dy.base, dy.width, dBias.base, dy.count, dy.width)
                ledger.addValues(dBias, to: bias)
                return dy
            }
        )
    }
}
