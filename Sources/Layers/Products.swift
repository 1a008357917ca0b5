import CTenorVector

/// The products of linear layers with one set of weights: the one value that says in what precision and by what they are computed.
///
/// Copies of the weights in other forms are made when they are first needed and kept. So when the weights change, there have to be new
/// `Products`.
package final class Products: Sendable {
    package let precision: Precision
    package let engine: Engine
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

    package init(_ precision: Precision = .fp32, engine: Engine = .own) {
        self.precision = precision
        self.engine = engine
    }

    /// For weights that a step of training is about to change, with the copies that training took of these, which ``update(_:_:_:)`` makes right
    /// again; nothing is made anew in the midst of the next step, where all threads need the same weight at the same time. Nobody multiplies by these
    /// meanwhile.
    package var renewed: Products {
        let renewed = Products(precision, engine: engine)
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
    private func examine(_ slot: Slot, _ weight: Rows, _ pass: Pass) {
        if pass.keepsTape || kept.withLock({ $0[slot]?.isExamined == true }) { return }
        if !weight.isFinite { metNonFinite.withLock { $0 = true } }
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
        let weight = pass.weights.rows(layer.weight)
        let bias = pass.weights.base(layer.bias)
        examine(layer.weight, weight, pass)
        switch factor {
        case .plain(let x) where engine == .openBLAS:
            Product.transform(x, weight, bias, into: y)
        case .plain(let x) where pass.isOfFirstTokens:
            let weight = precision == .int8 ? rounded(layer.weight, weight) : weight
            vector_few_products(x.base, weight.base, bias, y.base, x.count, y.width, x.width)
            withExtendedLifetime(weight) {}
        case .half(let x) where pass.isOfFirstTokens:
            let copy = copy(of: layer.weight, weight, for: .plain, precision, pass)
            vector_few_products_bf16(x.base, copy.halves, bias, y.base, x.count, y.width, x.width)
            withExtendedLifetime(copy) {}
        case .plain(let x):
            multiplyTurned(x, by: layer.weight, weight, bias, pass, into: y)
        case .half(let x):
            forEachPanels(of: layer.weight, weight, rows: x.count, precision, pass) { panels, columns in
                vector_product_bf16(x.base, panels, bias, y.base, y.width, x.count, columns.count, x.width, 0)
            }
        case .bytes(let x):
            let copy = copy(of: layer.weight, weight, for: .turned, precision, pass)
            withUnsafePointer(to: copy.turned) {
                vector_product_u8s8(
                    x.base, x.scales, x.zeros, $0, copy.outputs!.scales, copy.outputs!.sums, bias, y.base, y.width, x.count, y.width,
                    x.width)
            }
            withExtendedLifetime(copy) {}
        }
        guard let finished else { return }
        let step = Self.step(y.width)
        for first in stride(from: 0, to: y.count, by: step) { finished(y[first..<min(first + step, y.count)], first) }
    }

    /// Whether ``transform(_:_:_:keeping:throughGELUInto:)`` is there for what a pass computes.
    func fusesGELU(_ pass: Pass) -> Bool { engine == .own && precision != .int8 && !pass.isOfFirstTokens }

    /// u = x Wᵀ + b, y = gelu(u), a strip of a few rows and columns after another.
    func transform(_ factor: Factor, _ layer: Linear, _ pass: Pass, keeping u: Rows?, throughGELUInto y: Factor) {
        let weight = pass.weights.rows(layer.weight)
        let bias = pass.weights.base(layer.bias)
        examine(layer.weight, weight, pass)
        switch (factor, y) {
        case (.plain(let x), .plain(let y)):
            forEachPanels(of: layer.weight, weight, rows: x.count, precision, pass) { panels, columns in
                vector_product_gelu_f32(
                    x.base, panels, bias.map { $0 + columns.lowerBound }, u.map { $0.base + columns.lowerBound },
                    y.base + columns.lowerBound, y.width, x.count, columns.count, x.width)
            }
        case (.half(let x), .half(let y)):
            forEachPanels(of: layer.weight, weight, rows: x.count, precision, pass) { panels, columns in
                vector_product_gelu_bf16(x.base, panels, bias, u?.base, y.base, y.width, x.count, columns.count, x.width)
            }
        default: preconditionFailure("x and y are of one precision, and not of bytes")
        }
    }

    /// How many rows `finished` is called with: as many as leave room for more in a core's nearest cache.
    static func step(_ width: Int) -> Int { max(1, 6144 / width) }

    /// dx = dy W, or dx += dy W with `adding`.
    func transformBack(_ dy: Factor, _ layer: Linear, _ pass: Pass, into dx: Rows, adding: Bool) {
        let weight = pass.weights.rows(layer.weight)
        let isFew = pass.isOfFirstTokens && !adding
        switch dy {
        case .plain(let dy) where engine == .openBLAS:
            Product.transformBack(dy, weight, into: dx, adding: adding)
        case .plain(let dy) where isFew:
            vector_few_products_back(dy.base, weight.base, dx.base, dy.count, dy.width, dx.width)
        case .half(let dy) where isFew:
            let copy = copy(of: layer.weight, weight, for: .plain, precision, pass)
            vector_few_products_back_bf16(dy.base, copy.halves, dx.base, dy.count, dy.width, dx.width)
            withExtendedLifetime(copy) {}
        case .plain(let dy):
            multiplyStraight(dy, by: layer.weight, weight, nil, pass, into: dx, adding: adding)
        case .half(let dy):
            let copy = copy(of: layer.weight, weight, for: .straight, precision, pass)
            withUnsafePointer(to: copy.straight) {
                vector_product_bf16(dy.base, $0, nil, dx.base, dx.width, dy.count, dx.width, dy.width, adding ? 1 : 0)
            }
            withExtendedLifetime(copy) {}
        case .bytes:
            preconditionFailure("integers have no way back")
        }
    }

    /// y = x Wᵀ + b in floats.
    private func multiplyTurned(
        _ x: Rows, by slot: Slot, _ weight: Rows, _ bias: UnsafeMutablePointer<Float>?, _ pass: Pass, into y: Rows
    ) {
        forEachPanels(of: slot, weight, rows: x.count, .fp32, pass) { panels, columns in
            vector_product_f32(
                x.base, panels, bias.map { $0 + columns.lowerBound }, y.base + columns.lowerBound, y.width, x.count, columns.count,
                x.width, 0)
        }
    }

    /// y = x W + b, or y += x W + b with `adding`, in floats.
    private func multiplyStraight(
        _ x: Rows, by slot: Slot, _ weight: Rows, _ bias: UnsafeMutablePointer<Float>?, _ pass: Pass, into y: Rows, adding: Bool
    ) {
        // As it lies it is in panels already, if they are whole.
        let isWhole = weight.width % Panels.width == 0
        let copy = isWhole ? nil : copy(of: slot, weight, for: .straight, .fp32, pass)
        let panels = copy?.straight ?? VectorPanels(base: weight.base, row: weight.width, panel: Panels.width)
        withUnsafePointer(to: panels) {
            vector_product_f32(x.base, $0, bias, y.base, y.width, x.count, y.width, x.width, adding ? 1 : 0)
        }
        withExtendedLifetime(copy) {}
    }

    /// Which way round a weight is multiplied.
    package enum Side: Sendable {
        /// y = x Wᵀ, as in a linear layer.
        case turned
        /// y = x W.
        case straight
    }

    /// y = x Wᵀ + b or y = x W + b in floats, whatever the precision, with a weight that is no linear layer's. A row's bits do not depend on the
    /// rows beside it, or the rounding of other layers would make much of little.
    package func multiply(_ x: Rows, by slot: Slot, _ side: Side, bias: Slot?, _ pass: Pass, into y: Rows) {
        let weight = pass.weights.rows(slot)
        let bias = pass.weights.base(bias)
        switch side {
        case .turned: multiplyTurned(x, by: slot, weight, bias, pass, into: y)
        case .straight: multiplyStraight(x, by: slot, weight, bias, pass, into: y, adding: false)
        }
    }

    /// Calls `body` with Wᵀ in panels, and the columns that they are of: all at once, or one panel after another that is not kept, for floats that
    /// are multiplied with few rows on the way forward alone.
    private func forEachPanels(
        of slot: Slot, _ weight: Rows, rows: Int, _ precision: Precision, _ pass: Pass,
        _ body: (UnsafePointer<VectorPanels>, _ columns: Range<Int>) -> Void
    ) {
        if precision == .fp32, !pass.keepsTape, !isWorthPacking(slot, rows: rows) {
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
            let copy = copy(of: slot, weight, for: .turned, precision, pass)
            withUnsafePointer(to: copy.turned) { body($0, 0..<weight.count) }
            withExtendedLifetime(copy) {}
        }
    }

    private func isWorthPacking(_ slot: Slot, rows: Int) -> Bool {
        kept.withLock { kept in
            kept[slot, default: Kept()].rows += rows
            return kept[slot]!.rows >= Self.rowsBeforePacking || kept[slot]!.copy?.uses.contains(.turned) == true
        }
    }

    /// The weight as bytes keep it: in int8 that is what it is for first tokens too, so that a folder of bytes answers as the one it was made from.
    private func rounded(_ slot: Slot, _ weight: Rows) -> Rows {
        kept.withLock { kept in
            let rounded = kept[slot]?.rounded ?? ByteMatrix(quantizing: weight).matrix
            kept[slot, default: Kept()].rounded = rounded
            return rounded.view
        }
    }

    /// The weight as a precision multiplies it, for each slot always the same one. Whoever takes it holds it while it multiplies: another thread
    /// may meanwhile put a copy for more uses in its place.
    private func copy(of slot: Slot, _ weight: Rows, for use: WeightCopy.Uses, _ precision: Precision, _ pass: Pass) -> WeightCopy {
        kept.withLock { kept in
            var entry = kept[slot] ?? Kept()
            defer { kept[slot] = entry }
            if pass.keepsTape { entry.uses.insert(use) }
            if let copy = entry.copy, copy.uses.contains(use) { return copy }
            let copy = WeightCopy(weight, precision, for: use.union(entry.copy?.uses ?? []))
            entry.copy = copy
            return copy
        }
    }
}
