import CTenorOpenBLAS
import CTenorVector
import TenorLayers

/// A product y = x w of one shape on one thread, with nothing around it: the ceiling of what is built on products. The right factor was packed
/// before, and both are near the core.
struct ProductAlone {
    private let x: Matrix
    private let w: Matrix
    private let y: Matrix
    private let precision: Precision

    /// In bf16 and int8 the bytes of floats are read as such numbers; which ones they are does not change the time.
    init(_ m: Int, _ n: Int, _ k: Int, _ precision: Precision) {
        (x, w, y) = (numbers(m, k), numbers(k, (n + 63) / 64 * 64), numbers(m, n))
        self.precision = precision
    }

    var operations: Double { 2 * Double(x.rows) * Double(y.columns) * Double(x.columns) }

    func run() {
        let (m, n, k) = (x.rows, y.columns, x.columns)
        let base = UnsafeRawPointer(x.view.base)
        let sharing =
            switch precision {
            case .fp32: 1
            case .bf16: 2
            case .int8: 4
            }
        var panels = VectorPanels(base: w.view.base, row: 64, panel: 64 * ((k + sharing - 1) / sharing))
        let y = y.view
        switch precision {
        case .fp32: vector_product_f32(base.assumingMemoryBound(to: Float.self), &panels, nil, y.base, n, m, n, k, 0)
        case .bf16: vector_product_bf16(base.assumingMemoryBound(to: UInt16.self), &panels, nil, y.base, n, m, n, k, 0)
        case .int8:
            // Any numbers do for scales and zeros.
            let (floats, integers) = (base.assumingMemoryBound(to: Float.self), base.assumingMemoryBound(to: Int32.self))
            vector_product_u8s8(
                base.assumingMemoryBound(to: UInt8.self), floats, integers, &panels, floats, integers, nil, y.base, n, m, n, k)
        }
        withExtendedLifetime((x, w)) {}
    }

    func runOpenBLAS() {
        openblas_set_num_threads(1)
        let (m, n, k) = (blasint(x.rows), blasint(y.columns), blasint(x.columns))
        let (x, w, y) = (x.view, self.w.view, y.view)
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, x.base, k, w.base, blasint(w.width), 0, y.base, n)
        withExtendedLifetime((x, w, y)) {}
    }
}
