import CTenorOpenBLAS

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

typealias BlasInt = blasint

/// Matrix products on OpenBLAS, one thread each: the threads are spent on shards and tiles instead.
package enum Product {
    /// To be read before OpenBLAS is called for the first time: with threads of its own, its sums would depend on how many are free.
    static let oneThread: Void = openblas_set_num_threads(1)

    /// Ends the threads that OpenBLAS starts when it is loaded, one for each core: they wait for nothing, and spin at first. It does so itself
    /// before a fork. For a program's first moments, when nobody multiplies yet.
    package static func endIdleThreads() {
        // First, for it would start them again.
        _ = oneThread
        guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "blas_thread_shutdown_") else { return }
        _ = unsafeBitCast(symbol, to: (@convention(c) () -> Int32).self)()
    }

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

    /// c = scale · a b, or c += scale · a b with `adding`, for parts of matrices and their transposes.
    package static func multiply(_ a: Window, _ b: Window, scale: Float = 1, into c: Window, adding: Bool = false) {
        _ = oneThread
        cblas_sgemm(
            CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans, b.isTransposed ? CblasTrans : CblasNoTrans, BlasInt(c.count),
            BlasInt(c.width), BlasInt(a.isTransposed ? a.count : a.width), scale, a.base, BlasInt(a.stride), b.base, BlasInt(b.stride),
            adding ? 1 : 0, c.base, BlasInt(c.stride))
    }

    /// The kernels that OpenBLAS chose for this processor.
    package static var kernelName: String { String(cString: openblas_get_corename()) }
}

/// Some columns of some rows of a matrix, [count, width], or their transpose.
package struct Window {
    fileprivate let base: UnsafeMutablePointer<Float>
    fileprivate let count: Int
    fileprivate let width: Int
    fileprivate let stride: Int
    fileprivate var isTransposed = false

    package var transposed: Window {
        var turned = self
        turned.isTransposed.toggle()
        return turned
    }
}

extension Rows {
    package func window(_ rows: Range<Int>, _ columns: Range<Int>) -> Window {
        assert(rows.lowerBound >= 0 && rows.upperBound <= count && columns.lowerBound >= 0 && columns.upperBound <= width)
        return Window(base: row(rows.lowerBound) + columns.lowerBound, count: rows.count, width: columns.count, stride: width)
    }

    package var window: Window { window(0..<count, 0..<width) }
}
