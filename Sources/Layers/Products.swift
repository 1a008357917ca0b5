import CTenorVector

/// The products of linear layers with one set of weights: the one value that says in what precision they are computed.
///
/// Copies of the weights in other forms are made when they are first needed and kept. So when the weights change, there have to be new
/// `Products`.
package final class Products: Sendable {
    package let precision: Precision
    private let kept = Lock<[Slot: Kept]>([:])
    private let metNonFinite = Lock(false)

    private struct Kept {
        /// Whether it has been looked at for numbers that are not finite.
        var isExamined = false
        var copy: WeightCopy?
        /// In floats, of what bytes keep of it.
        var rounded: Matrix?
        /// What training takes.
        var uses: WeightCopy.Uses = []
        /// What the weight was multiplied with on the way forward alone.
        var rows = 0
    }

    package init(_ precision: Precision = .fp32) { self.precision = precision }

    /// For weights that a step of training is about to change, with the copies that training took of these, which ``update(_:_:_:)`` makes right
    /// again; nothing is made anew in the midst of the next step, where all threads need the same weight at the same time. Nobody multiplies by these
    /// meanwhile.
    package var renewed: Products {
        let renewed = Products(precision)
        let taken = kept.withLock { kept in
            defer { kept = [:] }
            return kept.filter { !$0.value.uses.isEmpty }
        }
        renewed.kept.withLock { $0 = taken.mapValues { Kept(copy: $0.copy, uses: $0.uses) } }
        return renewed
    }

    /// Some rows of a weight are what they will be, and near this thread: its copies are told. The rows begin and end with those of
    /// ``AdamW/step(_:_:table:scale:decay:threads:rate:stepped:)``.
    package func update(_ slot: Slot, _ weight: Rows, _ rows: Range<Int>) {
        kept.withLock { $0[slot]?.copy }?.fill(weight, rows)
    }

    /// Whether a weight that was multiplied with holds a NaN or an infinity. Softmax and the rounding to bytes can hide that from the answers.
    package var hasMetNonFinite: Bool { metNonFinite.withLock { $0 } }

    /// Looks at a weight when it is first multiplied with, but for training, which looks at all weights itself. Whoever comes back knows that all of
    /// the weight has been looked at.
    private func examine(_ slot: Slot, _ pass: Pass) {
        if pass.keepsTape || kept.withLock({ $0[slot]?.isExamined == true }) { return }
        if !pass.weights.rows(slot).isFinite { metNonFinite.withLock { $0 = true } }
        kept.withLock { $0[slot, default: Kept()].isExamined = true }
    }

    /// Rows that a weight in floats is multiplied with before a copy of it is kept, which takes memory, and about as long as that many rows do:
    /// a single short text is answered sooner without.
    private static let rowsBeforePacking = 512

    /// y = x Wᵀ + b.
    ///
    /// - Parameter finished: called with some rows of y at a time, when they are what they should be.
    func transform(
        _ factor: Factor, _ layer: Linear, _ pass: Pass, into y: Rows, finished: ((_ rows: Rows, _ first: Int) -> Void)? = nil
    ) {
        multiply(
            factor, layer, layer.isTransposed ? .straight : .transposed, pass, bias: pass.weights.base(layer.bias), into: y, adding: false)
        guard let finished else { return }
        let step = Self.step(y.width)
        for first in stride(from: 0, to: y.count, by: step) { finished(y[first..<min(first + step, y.count)], first) }
    }

    /// dx = dy W, or dx += dy W with `adding`.
    func transformBack(_ dy: Factor, _ layer: Linear, _ pass: Pass, into dx: Rows, adding: Bool) {
        multiply(dy, layer, layer.isTransposed ? .transposed : .straight, pass, bias: nil, into: dx, adding: adding)
    }

    /// y = x S + b, or y += with `adding`, S being the weight as it is stored or, `.turned`, its transpose.
    private func multiply(
        _ factor: Factor, _ layer: Linear, _ use: WeightCopy.Uses, _ pass: Pass, bias: UnsafeMutablePointer<Float>?, into y: Rows,
        adding: Bool
    ) {
        examine(layer.weight, pass)
        if pass.isOfFirstTokens, !adding { return multiplySmallM(factor, layer, use, pass, bias: bias, into: y) }
        switch factor {
        case .plain(let x):
            forEachPanels(of: layer, use, rows: x.count, pass) { panels, columns in
                vector_product_f32(
                    x.base, panels, bias.map { $0 + columns.lowerBound }, y.base + columns.lowerBound, y.width, x.count, columns.count,
                    x.width, adding ? 1 : 0)
            }
        case .half(let x):
            forEachPanels(of: layer, use, rows: x.count, pass) { panels, columns in
                vector_product_bf16(x.base, panels, bias, y.base, y.width, x.count, columns.count, x.width, adding ? 1 : 0)
            }
        case .bytes(let x):
            let copy = copy(of: layer, for: .transposed, pass)
            withUnsafePointer(to: copy.transposed) {
                vector_product_u8s8(
                    x.base, x.scales, x.zeros, $0, copy.outputs!.scales, copy.outputs!.sums, bias, y.base, y.width, x.count, y.width,
                    x.width)
            }
            withExtendedLifetime(copy) {}
        }
    }

    /// The same of so few rows that the weight is read as it lies.
    private func multiplySmallM(
        _ factor: Factor, _ layer: Linear, _ use: WeightCopy.Uses, _ pass: Pass, bias: UnsafeMutablePointer<Float>?, into y: Rows
    ) {
        let stored = pass.weights.rows(layer.weight)
        switch factor {
        case .plain(let x):
            let weight = precision == .int8 ? rounded(layer, stored) : stored
            if use == .transposed {
                vector_small_m_products(x.base, weight.base, bias, y.base, x.count, y.width, x.width)
            } else {
                vector_small_m_products_back(x.base, weight.base, y.base, x.count, x.width, y.width)
            }
            withExtendedLifetime(weight) {}
        case .half(let x):
            let copy = copy(of: layer, for: .plain, pass)
            if use == .transposed {
                vector_small_m_products_bf16(x.base, copy.halves, bias, y.base, x.count, y.width, x.width)
            } else {
                vector_small_m_products_back_bf16(x.base, copy.halves, y.base, x.count, x.width, y.width)
            }
            withExtendedLifetime(copy) {}
        case .bytes: preconditionFailure("first tokens are floats")
        }
        if use == .straight, let bias {
            for row in 0..<y.count { vector_add(bias, y.row(row), y.width) }
        }
    }

    /// Whether ``transform(_:_:_:keeping:throughGELUInto:)`` is there for what a pass computes.
    func fusesGELU(_ pass: Pass) -> Bool { precision != .int8 && !pass.isOfFirstTokens }

    /// u = x Wᵀ + b, y = gelu(u), a strip of a few rows and columns after another.
    func transform(_ factor: Factor, _ layer: Linear, _ pass: Pass, keeping u: Rows?, throughGELUInto y: Factor) {
        examine(layer.weight, pass)
        let bias = pass.weights.base(layer.bias)
        let use: WeightCopy.Uses = layer.isTransposed ? .straight : .transposed
        switch (factor, y) {
        case (.plain(let x), .plain(let y)):
            forEachPanels(of: layer, use, rows: x.count, pass) { panels, columns in
                vector_product_gelu_f32(
                    x.base, panels, bias.map { $0 + columns.lowerBound }, u.map { $0.base + columns.lowerBound },
                    y.base + columns.lowerBound, y.width, x.count, columns.count, x.width)
            }
        case (.half(let x), .half(let y)):
            forEachPanels(of: layer, use, rows: x.count, pass) { panels, columns in
                vector_product_gelu_bf16(x.base, panels, bias, u?.base, y.base, y.width, x.count, columns.count, x.width)
            }
        default: preconditionFailure("x and y are of one precision, and not of bytes")
        }
    }

    /// How many rows `finished` is called with: as many as leave room for more in a core's nearest cache.
    static func step(_ width: Int) -> Int { max(1, 6144 / width) }

    /// Calls `body` with the stored weight or its transpose in panels, and the columns that they are of: all at once, or one panel after another
    /// that is not kept, for floats that are multiplied with few rows on the way forward alone.
    private func forEachPanels(
        of layer: Linear, _ use: WeightCopy.Uses, rows: Int, _ pass: Pass,
        _ body: (UnsafePointer<VectorPanels>, _ columns: Range<Int>) -> Void
    ) {
        let weight = pass.weights.rows(layer.weight)
        let isPacked = precision != .fp32 || isWorthPacking(layer, use, rows: rows, pass)
        if !isPacked, use == .straight, weight.width % Panels.width == 0 {
            // As it lies it is in panels already, only that their rows are far from each other.
            withUnsafePointer(to: VectorPanels(base: weight.base, row: weight.width, panel: Panels.width)) { body($0, 0..<weight.width) }
        } else if !isPacked, use == .transposed {
            let mark = pass.arena.mark
            let panel = UnsafeMutableRawPointer(pass.arena.rows(Panels.width, weight.width).base).assumingMemoryBound(to: UInt32.self)
            withUnsafePointer(to: VectorPanels(base: panel, row: Panels.width, panel: 0)) { panels in
                for first in stride(from: 0, to: weight.count, by: Panels.width) {
                    let columns = first..<min(first + Panels.width, weight.count)
                    vector_panels_f32(weight.row(first), nil, 0, panel, columns.count, weight.width)
                    body(panels, columns)
                }
            }
            pass.arena.release(to: mark)
        } else {
            let copy = copy(of: layer, for: use, pass)
            let (panels, columns) = use == .transposed ? (copy.transposed, weight.count) : (copy.straight, weight.width)
            withUnsafePointer(to: panels) { body($0, 0..<columns) }
            withExtendedLifetime(copy) {}
        }
    }

    /// Whether to keep a copy of a weight in fp32. In training the only product that goes without one is dy W of a W that is stored as it is.
    private func isWorthPacking(_ layer: Linear, _ use: WeightCopy.Uses, rows: Int, _ pass: Pass) -> Bool {
        if pass.keepsTape { return layer.isTransposed || use == .transposed }
        return kept.withLock { kept in
            kept[layer.weight, default: Kept()].rows += rows
            return kept[layer.weight]!.rows >= Self.rowsBeforePacking || kept[layer.weight]!.copy?.uses.contains(use) == true
        }
    }

    /// The weight as bytes keep it: in int8 that is what it is for first tokens too, so that a folder of bytes answers as the one it was made from.
    private func rounded(_ layer: Linear, _ weight: Rows) -> Rows {
        kept.withLock { kept in
            let rounded = kept[layer.weight]?.rounded ?? ByteMatrix(quantizing: weight, along: layer.isTransposed ? .columns : .rows).matrix
            kept[layer.weight, default: Kept()].rounded = rounded
            return rounded.view
        }
    }

    /// The weight as this precision multiplies it. Whoever takes it holds it while it multiplies: another thread may meanwhile put a copy for more
    /// uses in its place.
    private func copy(of layer: Linear, for use: WeightCopy.Uses, _ pass: Pass) -> WeightCopy {
        kept.withLock { kept in
            var entry = kept[layer.weight] ?? Kept()
            defer { kept[layer.weight] = entry }
            if pass.keepsTape { entry.uses.insert(use) }
            if let copy = entry.copy, copy.uses.contains(use) { return copy }
            let weight = pass.weights.rows(layer.weight)
            let uses = use.union(entry.copy?.uses ?? [])
            // A scale is of an output, so bytes are made of W itself.
            let copy =
                precision == .int8 && layer.isTransposed
                ? WeightCopy(weight.transposed.view, precision, for: uses) : WeightCopy(weight, precision, for: uses)
            entry.copy = copy
            return copy
        }
    }
}
