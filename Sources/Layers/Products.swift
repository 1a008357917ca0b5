import CTenorVector
import TenorThreads

/// The products of linear layers with one set of weights, in one precision.
///
/// Copies of the weights in other layouts are made on first use and cached. So when the weights change, create new `Products`.
package final class Products: Sendable {
    package let precision: Precision
    private let kept = Lock<[Slot: Kept]>([:])
    private let metNonFinite = Lock(false)

    private struct Kept {
        /// Whether it has been checked for NaNs and infinities.
        var isExamined = false
        var copy: WeightCopy?
        /// The weight rounded to int8 and converted back to fp32.
        var rounded: Matrix?
        /// The layouts that training uses.
        var uses: WeightCopy.Uses = []
        /// The number of rows that the weight was multiplied with in inference.
        var rows = 0
    }

    package init(_ precision: Precision = .fp32) { self.precision = precision }

    /// `Products` for weights that a training step is about to change. It takes over the copies that training uses, and ``update(_:_:_:)``
    /// refreshes them, so that no copy is rebuilt during the next step, when all threads need the same weight at once. No products may be
    /// computed with these copies in between.
    package var renewed: Products {
        let renewed = Products(precision)
        let taken = kept.withLock { kept in
            defer { kept = [:] }
            return kept.filter { !$0.value.uses.isEmpty }
        }
        renewed.kept.withLock { $0 = taken.mapValues { Kept(copy: $0.copy, uses: $0.uses) } }
        return renewed
    }

    /// Refreshes the copies of some rows of a weight, which have their final values and are in this thread's cache. The row ranges are
    /// those of ``AdamW/step(_:_:table:scale:decay:threads:rate:stepped:)``.
    package func update(_ slot: Slot, _ weight: Rows, _ rows: Range<Int>) {
        kept.withLock { $0[slot]?.copy }?.fill(weight, rows)
    }

    /// Whether a weight used in a product holds a NaN or an infinity. Softmax and rounding to int8 can hide that from the outputs.
    package var hasMetNonFinite: Bool { metNonFinite.withLock { $0 } }

    /// Checks a weight for NaNs and infinities on its first use, except in training, which checks all weights itself. When this returns,
    /// the whole weight has been checked.
    private func examine(_ slot: Slot, _ pass: Pass) {
        if pass.keepsTape || kept.withLock({ $0[slot]?.isExamined == true }) { return }
        if !pass.weights.rows(slot).isFinite { metNonFinite.withLock { $0 = true } }
        kept.withLock { $0[slot, default: Kept()].isExamined = true }
    }

    /// The number of rows that an fp32 weight is multiplied with before a packed copy is cached. Packing takes memory and about as much
    /// time as multiplying that many rows, so a single short text is faster without it.
    private static let rowsBeforePacking = 512

    /// y = x Wᵀ + b.
    ///
    /// - Parameter finished: called with a few rows of y at a time, once they are final.
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

    /// y = x S + b, or += with `adding`, where S is the stored weight or, with `.transposed`, its transpose.
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

    /// The same for so few rows that the weight is read in its stored layout.
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

    /// Whether ``transform(_:_:_:keeping:throughGELUInto:)`` supports this pass.
    func fusesGELU(_ pass: Pass) -> Bool { precision != .int8 && !pass.isOfFirstTokens }

    /// u = x Wᵀ + b, y = gelu(u), one strip of a few rows and columns at a time.
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

    /// How many rows `finished` is called with: few enough to leave room in the L1 cache.
    static func step(_ width: Int) -> Int { max(1, 6144 / width) }

    /// Calls `body` with the stored weight or its transpose in panels, and with the range of columns they cover. Usually that is all
    /// columns at once; an fp32 weight not worth packing (few rows, inference) is converted one temporary panel at a time instead.
    private func forEachPanels(
        of layer: Linear, _ use: WeightCopy.Uses, rows: Int, _ pass: Pass,
        _ body: (UnsafePointer<VectorPanels>, _ columns: Range<Int>) -> Void
    ) {
        let weight = pass.weights.rows(layer.weight)
        let isPacked = precision != .fp32 || isWorthPacking(layer, use, rows: rows, pass)
        if !isPacked, use == .straight, weight.width % Panels.width == 0 {
            // The stored layout is already made of panels, with a larger distance between their rows.
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

    /// Whether to keep a packed copy of an fp32 weight. In training only dy W goes without one, for a W that is stored untransposed.
    private func isWorthPacking(_ layer: Linear, _ use: WeightCopy.Uses, rows: Int, _ pass: Pass) -> Bool {
        if pass.keepsTape { return layer.isTransposed || use == .transposed }
        return kept.withLock { kept in
            kept[layer.weight, default: Kept()].rows += rows
            return kept[layer.weight]!.rows >= Self.rowsBeforePacking || kept[layer.weight]!.copy?.uses.contains(use) == true
        }
    }

    /// The weight rounded to int8. In int8 precision first tokens use it too, so that a folder stored as int8 gives the same results as its
    /// original.
    private func rounded(_ layer: Linear, _ weight: Rows) -> Rows {
        kept.withLock { kept in
            let rounded = kept[layer.weight]?.rounded ?? ByteMatrix(quantizing: weight, along: layer.isTransposed ? .columns : .rows).matrix
            kept[layer.weight, default: Kept()].rounded = rounded
            return rounded.view
        }
    }

    /// The weight in this precision's layout. Callers must keep the copy alive while they use it, because another thread may replace the
    /// cached one with a copy for more uses.
    private func copy(of layer: Linear, for use: WeightCopy.Uses, _ pass: Pass) -> WeightCopy {
        kept.withLock { kept in
            var entry = kept[layer.weight] ?? Kept()
            defer { kept[layer.weight] = entry }
            if pass.keepsTape { entry.uses.insert(use) }
            if let copy = entry.copy, copy.uses.contains(use) { return copy }
            let weight = pass.weights.rows(layer.weight)
            let uses = use.union(entry.copy?.uses ?? [])
            // Each scale belongs to an output, so int8 copies are made from W itself.
            let copy =
                precision == .int8 && layer.isTransposed
                ? WeightCopy(weight.transposed.view, precision, for: uses) : WeightCopy(weight, precision, for: uses)
            entry.copy = copy
            return copy
        }
    }
}
