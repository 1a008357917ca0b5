import COneDNN
import CVector
import Synchronization

/// The products of linear layers with one set of weights: the one value that says in what precision and by which library they are computed.
///
/// Rounded copies of the weights are made when they are first needed and kept. So when the weights change, there have to be new `Products`.
package final class Products: Sendable {
    package let precision: Precision
    package let engine: Engine
    private let copies = Mutex<[Slot: Copy]>([:])

    package init(_ precision: Precision = .fp32, engine: Engine = .oneDNN) {
        self.precision = precision
        self.engine = engine
    }

    package static let exact = Products()

    /// y = x Wᵀ + b. In bf16 the rounded x comes back, for the way back.
    func transform(_ x: Rows, _ layer: Linear, _ pass: Pass, into y: Rows) -> HalfRows? {
        let weight = pass.weights.rows(layer.weight)
        let bias = pass.weights.base(layer.bias)
        switch (precision, engine) {
        case (.fp32, .openBLAS):
            Product.transform(x, weight, bias, into: y)
        case (.fp32, .oneDNN):
            run(onednn_f32, by(x.base, x.width), transposed(weight.base, weight.width), bias, y, depth: x.width)
        case (.bf16, _):
            let copy = copy(of: layer.weight, weight) { Copy(rounding: weight) }
            let rounded = HalfRows(rounding: x, pass.arena)
            run(onednn_bf16, by(rounded.base, x.width), transposed(copy.base, x.width), bias, y, depth: x.width)
            return rounded
        case (.int8, _):
            let copy = copy(of: layer.weight, weight) { Copy(quantizing: weight) }
            let mark = pass.arena.mark
            let scales = pass.arena.rows(1, x.count)
            let bytes = UnsafeMutableRawPointer(pass.arena.rows(x.count, (x.width + 3) / 4).base).assumingMemoryBound(to: UInt8.self)
            vector_quantize(x.base, bytes, scales.base, x.count, x.width)
            run(onednn_u8s8, by(bytes, x.width), transposed(copy.base, x.width), nil, y, depth: x.width)
            UnsafeMutableRawPointer(y.base).withMemoryRebound(to: Int32.self, capacity: y.elementCount) {
                vector_dequantize($0, scales.base, copy.scales, copy.sums, bias, y.count, y.width)
            }
            pass.arena.release(to: mark)
        }
        return nil
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
            let copy = copy(of: layer.weight, weight) { Copy(rounding: weight) }
            let rounded = HalfRows(rounding: dy, pass.arena)
            run(onednn_bf16, by(rounded.base, dy.width), by(copy.base, weight.width), nil, dx, depth: dy.width, adding: adding)
            return rounded
        case (.int8, _):
            preconditionFailure("integers have no way back")
        }
        return nil
    }

    private func copy(of slot: Slot, _ weight: Rows, _ make: () -> Copy) -> Copy {
        copies.withLock { copies in
            if let copy = copies[slot] { return copy }
            let copy = make()
            copies[slot] = copy
            return copy
        }
    }
}

/// A window onto `[count, width]` numbers in bfloat16, in an arena.
package struct HalfRows: @unchecked Sendable {
    let base: UnsafeMutablePointer<UInt16>
    let count: Int
    let width: Int

    init(rounding x: Rows, _ arena: Arena) {
        base = UnsafeMutableRawPointer(arena.rows(1, (x.elementCount + 1) / 2).base).assumingMemoryBound(to: UInt16.self)
        (count, width) = (x.count, x.width)
        vector_to_bf16(x.base, base, x.elementCount)
    }
}

/// gradient += dyᵀ x for some rows and columns of a weight's gradient.
func addProduct(_ dy: HalfRows, _ x: HalfRows, to target: Rows, rows: Range<Int>, columns: Range<Int>) {
    let tile = target.row(rows.lowerBound) + columns.lowerBound
    let status = onednn_product(
        onednn_bf16, OneDNNMatrix(base: dy.base + rows.lowerBound, row: 1, column: dy.width), by(x.base + columns.lowerBound, x.width), nil,
        tile, target.width, rows.count, columns.count, dy.count, 1)
    precondition(status == 0, "oneDNN refused a product of \(rows.count) x \(columns.count) x \(dy.count)")
}

/// A weight in fewer bits, [outputs, inputs] as the weight itself.
private final class Copy: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    /// For each output, of integers: what 1 stands for, and the sum of the row.
    let scales: UnsafeMutablePointer<Float>
    let sums: UnsafeMutablePointer<Int32>

    private init(bytes: Int, outputs: Int) {
        base = .allocate(byteCount: bytes, alignment: 64)
        scales = .allocate(capacity: max(outputs, 1))
        sums = .allocate(capacity: max(outputs, 1))
    }

    convenience init(rounding weight: Rows) {
        self.init(bytes: 2 * weight.elementCount, outputs: 0)
        vector_to_bf16(weight.base, base.bindMemory(to: UInt16.self, capacity: weight.elementCount), weight.elementCount)
    }

    convenience init(quantizing weight: Rows) {
        self.init(bytes: weight.elementCount, outputs: weight.count)
        let bytes = base.bindMemory(to: UInt8.self, capacity: weight.elementCount)
        vector_quantize(weight.base, bytes, scales, weight.count, weight.width)
        for row in 0..<weight.count {
            var sum: Int32 = 0
            for column in 0..<weight.width {
                let value = Int32(bytes[row * weight.width + column]) - 128  // the weights are signed, unlike the activations
                bytes[row * weight.width + column] = UInt8(bitPattern: Int8(value))
                sum += value
            }
            sums[row] = sum
        }
    }

    deinit {
        base.deallocate()
        scales.deallocate()
        sums.deallocate()
    }
}

private func by(_ base: UnsafeRawPointer, _ width: Int) -> OneDNNMatrix { OneDNNMatrix(base: base, row: width, column: 1) }

private func transposed(_ base: UnsafeRawPointer, _ width: Int) -> OneDNNMatrix { OneDNNMatrix(base: base, row: 1, column: width) }

private func run(
    _ kind: OneDNNKind, _ a: OneDNNMatrix, _ b: OneDNNMatrix, _ bias: UnsafeMutablePointer<Float>?, _ y: Rows, depth: Int,
    adding: Bool = false
) {
    let status = onednn_product(kind, a, b, bias, y.base, y.width, y.count, y.width, depth, adding ? 1 : 0)
    precondition(status == 0, "oneDNN refused a product of \(y.count) x \(y.width) x \(depth)")
}
