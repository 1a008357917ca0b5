import COpenBLAS

typealias BlasInt = blasint

/// Matrix products on OpenBLAS, one thread each: the threads are spent on shards and tiles instead.
package enum Product {
    private static let oneThread: Void = openblas_set_num_threads(1)

    /// y = x Wᵀ, plus the bias on each row: x [n, in], W [out, in], bias [out] or nil, y [n, out].
    package static func transform(_ x: Rows, _ weight: Rows, _ bias: UnsafeMutablePointer<Float>?, into y: Rows) {
        _ = oneThread
        if let bias {
            for row in 0..<y.count { y.row(row).update(from: bias, count: y.width) }
        }
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasTrans, BlasInt(x.count), BlasInt(weight.count), BlasInt(x.width), 1, x.base,
            BlasInt(x.width), weight.base, BlasInt(weight.width), bias == nil ? 0 : 1, y.base, BlasInt(y.width))
    }

    /// dx = dy W, or dx += dy W: dy [n, out], W [out, in], dx [n, in].
    package static func transformBack(_ dy: Rows, _ weight: Rows, into dx: Rows, adding: Bool = false) {
        _ = oneThread
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, BlasInt(dy.count), BlasInt(weight.width), BlasInt(dy.width), 1, dy.base,
            BlasInt(dy.width), weight.base, BlasInt(weight.width), adding ? 1 : 0, dx.base, BlasInt(dx.width))
    }

    /// The kernels that OpenBLAS chose for this processor.
    package static var kernelName: String { String(cString: openblas_get_corename()) }
}
