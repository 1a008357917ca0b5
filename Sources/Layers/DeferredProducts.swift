import CTenorVector

/// The product part of one weight's deferred gradient, from all micro-batches: dW += Σ aᵀ b, with a [tokens, rows of W] and b [tokens,
/// columns of W]. One of the two is the layer's input, the other the gradient of its output.
///
/// Each element of the gradient is summed over all micro-batches in a register and written once.
struct DeferredProducts {
    private var floats: [(a: Panels, b: Panels)] = []
    private var halves: [(a: Panels, b: Panels)] = []

    mutating func add(_ a: Panels, _ b: Panels) {
        switch a.element {
        case .float: floats.append((a, b))
        case .half: halves.append((a, b))
        }
    }

    /// target = the products, or += with `adding`, for a range of rows and columns of the weight; both start at a panel boundary. Sets
    /// `adding` to true once it has written a product.
    func add(to target: Rows, _ rows: Range<Int>, _ columns: Range<Int>, adding: inout Bool) {
        let tile = target.row(rows.lowerBound) + columns.lowerBound
        func parts(_ products: [(a: Panels, b: Panels)]) -> [VectorParts] {
            products.map { VectorParts(left: $0.a.from(rows.lowerBound), right: $0.b.from(columns.lowerBound), depth: $0.a.depth) }
        }
        if !floats.isEmpty {
            vector_gradient_f32(parts(floats), floats.count, tile, target.width, rows.count, columns.count, adding ? 1 : 0)
            adding = true
        }
        if !halves.isEmpty {
            vector_gradient_bf16(parts(halves), halves.count, tile, target.width, rows.count, columns.count, adding ? 1 : 0)
            adding = true
        }
    }
}
