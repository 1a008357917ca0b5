import COneDNN
import Layers

/// A product c = a b of one shape and kind on one thread, with nothing around it: the ceiling of what is built on products.
struct ProductAlone {
    /// Plain row-major factors: [m, k] and [k, n].
    private let a: Matrix
    private let b: Matrix
    private let c: Matrix
    private let kind: OneDNNKind
    /// b, packed where the kernel likes that better.
    private let factor: OneDNNMatrix

    /// In bf16 and int8 the bytes of floats are read as such numbers; which ones they are does not change the time.
    init(_ m: Int, _ n: Int, _ k: Int, _ precision: Precision) {
        (a, b, c) = (numbers(m, k), numbers(k, n), numbers(m, n))
        kind =
            switch precision {
            case .fp32: onednn_f32
            case .bf16: onednn_bf16
            case .int8: onednn_u8s8
            }
        let plain = OneDNNMatrix(base: b.view.base, row: n, column: 1, packed: nil)
        factor = onednn_pack(kind, plain, n, k).map { OneDNNMatrix(base: nil, row: 0, column: 0, packed: $0) } ?? plain
    }

    var operations: Double { 2 * Double(a.rows) * Double(b.columns) * Double(a.columns) }

    func runOneDNN() {
        let (a, b, c) = (a.view, b.view, c.view)
        let status = withExtendedLifetime((a, b, c)) {
            onednn_product(
                kind, OneDNNMatrix(base: a.base, row: a.width, column: 1, packed: nil), factor, nil, c.base, c.width, a.count, b.width,
                a.width, 0)
        }
        precondition(status == 0)
    }

    func runOpenBLAS() { Product.multiply(a.view.window, b.view.window, into: c.view.window) }
}
