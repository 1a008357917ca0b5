import CTenorVector

/// What the micro-batches owe the gradient of one weight: dW += Σ aᵀ b, a being [tokens, rows of W] and b [tokens, columns of W]. One of the two is
/// what the layer was given, the other the gradient of what it answered.
///
/// An element of the gradient is summed over all micro-batches at one go, in a register, and written once.
struct DeferredProducts {
    private var floats: [(a: Panels, b: Panels)] = []
    private var halves: [(a: Panels, b: Panels)] = []

    mutating func add(_ a: Panels, _ b: Panels) {
        switch a.element {
        case .float: floats.append((a, b))
        case .half: halves.append((a, b))
        }
    }

    /// target = the products, or += where `adding`, for some rows and columns of the weight, which begin with a panel. With the first product
    /// `adding` becomes true.
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
