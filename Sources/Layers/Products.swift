import COneDNN
import CVector
import Synchronization

/// The products of linear layers with one set of weights: the one value that says in what precision and by which library they are computed.
///
/// Copies of the weights in other forms are made when they are first needed and kept. So when the weights change, there have to be new
/// `Products`.
package final class Products: Sendable {
    package let precision: Precision
    package let engine: Engine
    private let kept = Mutex<[Slot: Kept]>([:])
    /// The weights that the products before these multiplied with, and copies of what they were, whose memory serves again.
    private let before: Mutex<[Prepared]>

    private struct Prepared {
        let slot: Slot
        let uses: WeightCopy.Uses
        var copy: WeightCopy?
    }

    private struct Kept {
        /// For training: prepared, or as it lies.
        var plain: WeightCopy?
        /// For the way forward alone.
        var packed: WeightCopy?
        /// In floats, of what bytes keep of it.
        var rounded: Matrix?
        /// What training takes.
        var uses: WeightCopy.Uses = []
        /// What the weight was multiplied with on the way forward alone.
        var rows = 0
    }

    package convenience init(_ precision: Precision = .fp32, engine: Engine = .oneDNN) { self.init(precision, engine, after: []) }

    private init(_ precision: Precision, _ engine: Engine, after before: [Prepared]) {
        self.precision = precision
        self.engine = engine
        self.before = Mutex(before)
    }

    /// For other weights.
    package var renewed: Products {
        let used = kept.withLock { kept in
            kept.filter { !$0.value.uses.isEmpty }.map { Prepared(slot: $0.key, uses: $0.value.uses, copy: $0.value.plain) }
        }
        return Products(precision, engine, after: used.isEmpty ? before.withLock { $0 } : used)
    }

    /// Rounds and packs the weights that a step will take, if the one before is any guide, on all threads at once. In the midst of a step all
    /// threads need the same weight at the same time, and all but one would wait.
    package func prepare(_ weights: Parameters, threads: Int) {
        guard precision == .bf16 else { return }
        var expected = before.withLock { before in
            defer { before = [] }
            return before
        }
        expected.withUnsafeMutableBufferPointer { expected in
            nonisolated(unsafe) let expected = expected
            parallel(expected.count, threads: threads) { index in
                let (slot, uses) = (expected[index].slot, expected[index].uses)
                let weight = weights.rows(slot)
                let isFree = isKnownUniquelyReferenced(&expected[index].copy)
                if !isFree || !expected[index].copy!.refill(weight, for: uses) {
                    expected[index].copy = WeightCopy(training: weight, for: uses)
                }
                kept.withLock { kept in
                    kept[slot, default: Kept()].plain = expected[index].copy
                    kept[slot]!.uses = uses
                }
            }
        }
    }

    /// Rows that a weight is multiplied with before it is packed, which takes about as long as that many rows do: a single short text is
    /// answered sooner without.
    private static let rowsBeforePacking = 512

    /// The number of rows that oneDNN is asked to multiply, where there is memory for them. What comes of the rows past the last nobody looks
    /// at; but for every other number the library would make another kernel, which takes as long as some ten rows do.
    static func rounded(_ count: Int) -> Int { (count + 3) / 4 * 4 }

    /// y = x Wᵀ + b.
    ///
    /// - Parameter finished: called with some rows of y at a time, as soon as they are what they should be and while they are still in the
    ///   nearest cache.
    func transform(
        _ factor: Factor, _ layer: Linear, _ pass: Pass, into y: Rows, finished: ((_ rows: Rows, _ first: Int) -> Void)? = nil
    ) {
        let weight = pass.weights.rows(layer.weight)
        let bias = pass.weights.base(layer.bias)
        var outputs: WeightCopy.Outputs?
        if case .plain(let x) = factor, engine == .openBLAS {
            Product.transform(x, weight, bias, into: y)
        } else if pass.isOfFirstTokens, case .plain(let x) = factor {
            let weight = precision == .int8 ? rounded(layer.weight, weight) : weight
            vector_few_products(x.base, weight.base, bias, y.base, x.count, y.width, x.width)
            withExtendedLifetime(weight) {}
        } else if pass.isOfFirstTokens, case .half(let x) = factor {
            let copy = copy(of: layer.weight, weight, for: .plain, pass)!
            vector_few_products_bf16(x.base, copy.halves!, bias, y.base, x.count, y.width, x.width)
            withExtendedLifetime(copy) {}
        } else {
            let copy = copy(of: layer.weight, weight, for: .turned, pass, rows: factor.count)
            let right = copy?.turned ?? turned(weight.base, weight.width)
            let rows = rows(factor, y)
            switch factor {
            case .plain(let x): run(onednn_f32, by(x.base, x.width), right, bias, y, rows, depth: x.width)
            case .half(let x): run(onednn_bf16, by(x.base, x.width), right, bias, y, rows, depth: x.width)
            case .bytes(let x): run(onednn_u8s8, by(x.base, x.width), right, nil, y, rows, depth: x.width)
            }
            outputs = copy?.outputs
            // Another thread may meanwhile have put a packed copy in this one's place, and let go of it.
            withExtendedLifetime(copy) {}
        }
        if finished == nil, outputs == nil { return }
        let step = Self.step(y.width)
        for first in stride(from: 0, to: y.count, by: step) {
            let rows = y[first..<min(first + step, y.count)]
            if let outputs, case .bytes(let x) = factor {
                UnsafeMutableRawPointer(rows.base).withMemoryRebound(to: Int32.self, capacity: rows.elementCount) {
                    vector_dequantize($0, x.scales + first, x.zeros + first, outputs.scales, outputs.sums, bias, rows.count, rows.width)
                }
            }
            finished?(rows, first)
        }
    }

    /// How many rows `finished` is called with: as many as leave room for more in a core's nearest cache.
    static func step(_ width: Int) -> Int { max(1, 6144 / width) }

    /// dx = dy W, or dx += dy W with `adding`.
    func transformBack(_ dy: Factor, _ layer: Linear, _ pass: Pass, into dx: Rows, adding: Bool) {
        let weight = pass.weights.rows(layer.weight)
        let isFew = pass.isOfFirstTokens && !adding
        let rows = rows(dy, dx)
        switch (dy, engine) {
        case (.plain(let dy), .openBLAS):
            Product.transformBack(dy, weight, into: dx, adding: adding)
        case (.plain(let dy), .oneDNN) where isFew:
            vector_few_products_back(dy.base, weight.base, dx.base, dy.count, dy.width, dx.width)
        case (.plain(let dy), .oneDNN):
            run(onednn_f32, by(dy.base, dy.width), by(weight.base, weight.width), nil, dx, rows, depth: dy.width, adding: adding)
        case (.half(let dy), _):
            let copy = copy(of: layer.weight, weight, for: isFew ? .plain : .straight, pass)!
            if isFew {
                vector_few_products_back_bf16(dy.base, copy.halves!, dx.base, dy.count, dy.width, dx.width)
            } else {
                run(onednn_bf16, by(dy.base, dy.width), copy.straight!, nil, dx, rows, depth: dy.width, adding: adding)
            }
            withExtendedLifetime(copy) {}
        case (.bytes, _):
            preconditionFailure("integers have no way back")
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

    private func rows(_ factor: Factor, _ y: Rows) -> Int {
        let rounded = Self.rounded(y.count)
        return factor.room >= rounded && y.room >= rounded ? rounded : y.count
    }

    /// The weight as this precision multiplies it; nil where that is as it stands. On the way forward alone it is packed once it is worth it.
    private func copy(of slot: Slot, _ weight: Rows, for use: WeightCopy.Uses, _ pass: Pass, rows: Int = 0) -> WeightCopy? {
        kept.withLock { kept in
            var entry = kept[slot] ?? Kept()
            defer { kept[slot] = entry }
            if pass.keepsTape {
                entry.uses.insert(use)
            } else if use == .turned, let packed = entry.packed {
                return packed
            }
            if entry.plain?.serves(use) != true { entry.plain = WeightCopy(weight, precision) }
            if !pass.keepsTape, use == .turned {
                let before = entry.rows
                entry.rows += rows
                if before < Self.rowsBeforePacking, entry.rows >= Self.rowsBeforePacking {
                    // The same bits either way: packing only lays the numbers out as the kernel would have to for every product.
                    entry.packed = WeightCopy(packing: entry.plain, weight)
                    if let packed = entry.packed {
                        entry.plain = nil
                        return packed
                    }
                }
            }
            return entry.plain
        }
    }
}

private func run(
    _ kind: OneDNNKind, _ a: OneDNNMatrix, _ b: OneDNNMatrix, _ bias: UnsafeMutablePointer<Float>?, _ y: Rows, _ rows: Int, depth: Int,
    adding: Bool = false
) {
    let status = onednn_product(kind, a, b, bias, y.base, y.width, rows, y.width, depth, adding ? 1 : 0)
    precondition(status == 0, "oneDNN refused a product of \(rows) x \(y.width) x \(depth)")
}
