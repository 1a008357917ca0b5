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

    private struct Kept {
        var plain: WeightCopy?
        var packed: WeightCopy?
        /// What the weight was multiplied with on the way forward alone.
        var rows = 0
    }

    package init(_ precision: Precision = .fp32, engine: Engine = .oneDNN) {
        self.precision = precision
        self.engine = engine
    }

    /// For other weights.
    package var renewed: Products { Products(precision, engine: engine) }

    /// Rows that a weight is multiplied with before it is packed, which takes about as long as that many rows do: a single short text is
    /// answered sooner without.
    private static let rowsBeforePacking = 512

    /// x as the products' left factor: rounded where the precision says so, for all layers that take it.
    func factor(_ x: Rows, _ pass: Pass) -> Factor {
        switch precision {
        case .fp32: Factor(x: x)
        case .bf16: Factor(x: x, half: HalfRows(rounding: x, pass.arena))
        case .int8: Factor(x: x, bytes: ByteRows(quantizing: x, pass.arena))
        }
    }

    /// y = x Wᵀ + b.
    func transform(_ factor: Factor, _ layer: Linear, _ pass: Pass, into y: Rows) {
        let x = factor.x
        let weight = pass.weights.rows(layer.weight)
        let bias = pass.weights.base(layer.bias)
        if precision == .fp32, engine == .openBLAS { return Product.transform(x, weight, bias, into: y) }
        let copy = copy(of: layer.weight, weight, forwardRows: pass.keepsTape ? 0 : x.count)
        if let half = factor.half {
            run(onednn_bf16, by(half.base, x.width), copy!.turned, bias, y, depth: x.width)
        } else if let bytes = factor.bytes {
            run(onednn_u8s8, by(bytes.base, x.width), copy!.turned, nil, y, depth: x.width)
            UnsafeMutableRawPointer(y.base).withMemoryRebound(to: Int32.self, capacity: y.elementCount) {
                vector_dequantize(
                    $0, bytes.scales, bytes.zeros, copy!.outputs!.scales, copy!.outputs!.sums, bias, y.count, y.width)
            }
        } else {
            run(onednn_f32, by(x.base, x.width), copy?.turned ?? turned(weight.base, weight.width), bias, y, depth: x.width)
        }
    }

    /// dx = dy W, or dx += dy W with `adding`. In bf16 the rounded dy comes back, for the weight's gradient.
    func transformBack(_ dy: Rows, _ layer: Linear, _ pass: Pass, into dx: Rows, adding: Bool) -> HalfRows? {
        let weight = pass.weights.rows(layer.weight)
        switch (precision, engine) {
        case (.fp32, .openBLAS):
            Product.transformBack(dy, weight, into: dx, adding: adding)
        case (.fp32, .oneDNN):
            run(onednn_f32, by(dy.base, dy.width), by(weight.base, weight.width), nil, dx, depth: dy.width, adding: adding)
        case (.bf16, _):
            let copy = plainCopy(of: layer.weight, weight)
            let rounded = HalfRows(rounding: dy, pass.arena)
            run(onednn_bf16, by(rounded.base, dy.width), copy!.straight!, nil, dx, depth: dy.width, adding: adding)
            return rounded
        case (.int8, _):
            preconditionFailure("integers have no way back")
        }
        return nil
    }

    /// The weight as this precision multiplies it on the way forward; nil where that is as it stands. Packed once it is worth it.
    private func copy(of slot: Slot, _ weight: Rows, forwardRows: Int) -> WeightCopy? {
        kept.withLock { kept in
            var entry = kept[slot] ?? Kept()
            defer { kept[slot] = entry }
            if let packed = entry.packed { return packed }
            if entry.plain == nil { entry.plain = WeightCopy(weight, precision) }
            let before = entry.rows
            entry.rows += forwardRows
            if before < Self.rowsBeforePacking, entry.rows >= Self.rowsBeforePacking {
                // The same bits either way: packing only lays the numbers out as the kernel would have to for every product.
                entry.packed = WeightCopy(packing: entry.plain, weight)
                if entry.packed != nil { entry.plain = nil }
            }
            return entry.packed ?? entry.plain
        }
    }

    /// The weight as this precision multiplies it on the way back.
    private func plainCopy(of slot: Slot, _ weight: Rows) -> WeightCopy? {
        kept.withLock { kept in
            if let plain = kept[slot]?.plain { return plain }
            let plain = WeightCopy(weight, precision)
            kept[slot, default: Kept()].plain = plain
            return plain
        }
    }
}

/// gradient += dyᵀ x for some rows and columns of a weight's gradient.
func addProduct(_ dy: HalfRows, _ x: HalfRows, to target: Rows, rows: Range<Int>, columns: Range<Int>) {
    let tile = target.row(rows.lowerBound) + columns.lowerBound
    let status = onednn_product(
        onednn_bf16, OneDNNMatrix(base: dy.base + rows.lowerBound, row: 1, column: dy.width, packed: nil),
        by(x.base + columns.lowerBound, x.width), nil, tile, target.width, rows.count, columns.count, dy.count, 1)
    precondition(status == 0, "oneDNN refused a product of \(rows.count) x \(columns.count) x \(dy.count)")
}

private func run(
    _ kind: OneDNNKind, _ a: OneDNNMatrix, _ b: OneDNNMatrix, _ bias: UnsafeMutablePointer<Float>?, _ y: Rows, depth: Int,
    adding: Bool = false
) {
    let status = onednn_product(kind, a, b, bias, y.base, y.width, y.count, y.width, depth, adding ? 1 : 0)
    precondition(status == 0, "oneDNN refused a product of \(y.count) x \(y.width) x \(depth)")
}
