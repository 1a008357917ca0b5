import Glibc
import TenorLayers
import TenorThreads

/// The linear map from one kind of states to another that has the least squared error, with a little ridge: W minimizes
/// Σ ‖W x - t‖² + λ ‖W‖² with λ = 0.001 · Σ ‖x‖² / width. Training a projection starts from it, so that it does not first turn the student's
/// states to fit random numbers.
package enum ProjectionFit {
    /// W [targets' width, states' width] for states and targets of the same rows, in double precision.
    package static func weights(from states: Matrix, to targets: Matrix, threads: Int) -> Matrix {
        let (x, t) = (states.view, targets.view)
        var gram = products(x, x, threads: threads)
        let ridge = 1e-3 * (0..<x.width).reduce(0) { $0 + gram[$1 * x.width + $1] } / Double(x.width)
        for column in 0..<x.width { gram[column * x.width + column] += max(ridge, 1e-12) }
        factorize(&gram, x.width)
        let right = products(t, x, threads: threads)
        let factor = gram
        return Matrix(rows: t.width, columns: x.width) { result in
            let base = result.baseAddress!
            parallel(t.width, threads: threads) { row in
                let solution = solved(factor, Array(right[row * x.width..<(row + 1) * x.width]))
                for (column, value) in solution.enumerated() { base[row * x.width + column] = Float(value) }
            }
        }
    }

    /// aᵀ b, [a's width, b's width].
    private static func products(_ a: Rows, _ b: Rows, threads: Int) -> [Double] {
        [Double](unsafeUninitializedCapacity: a.width * b.width) { sums, count in
            let base = sums.baseAddress!
            base.update(repeating: 0, count: a.width * b.width)
            let strip = 16
            parallel((a.width + strip - 1) / strip, threads: threads) { index in
                for row in 0..<a.count {
                    for i in index * strip..<min((index + 1) * strip, a.width) {
                        let factor = Double(a.row(row)[i])
                        for j in 0..<b.width { base[i * b.width + j] += factor * Double(b.row(row)[j]) }
                    }
                }
            }
            count = a.width * b.width
        }
    }

    /// Replaces a positive definite matrix by its Cholesky factor L, in the lower triangle: L Lᵀ is the matrix.
    private static func factorize(_ matrix: inout [Double], _ width: Int) {
        for i in 0..<width {
            for j in 0...i {
                var sum = matrix[i * width + j]
                for k in 0..<j { sum -= matrix[i * width + k] * matrix[j * width + k] }
                matrix[i * width + j] = i == j ? max(sum, 1e-300).squareRoot() : sum / matrix[j * width + j]
            }
        }
    }

    /// The w with L Lᵀ w = b.
    private static func solved(_ factor: [Double], _ b: [Double]) -> [Double] {
        let width = b.count
        var w = b
        for i in 0..<width {
            for k in 0..<i { w[i] -= factor[i * width + k] * w[k] }
            w[i] /= factor[i * width + i]
        }
        for i in (0..<width).reversed() {
            for k in i + 1..<max(width, i + 1) { w[i] -= factor[k * width + i] * w[k] }
            w[i] /= factor[i * width + i]
        }
        return w
    }
}
