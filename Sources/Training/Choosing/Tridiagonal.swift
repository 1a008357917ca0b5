import Glibc

/// A symmetric matrix A turned into a tridiagonal one, T = QᵀAQ, by Householder reflections (Golub and Van Loan 2013, section 8.3.1).
struct Tridiagonal {
    /// [size]
    private(set) var diagonal: [Double]
    /// The elements beside the diagonal, [size - 1].
    private(set) var beside: [Double]

    /// - Parameters:
    ///   - matrix: A, [size, size]. Its elements are overwritten.
    ///   - vectors: each [size]; they are turned into Qᵀv.
    init(_ matrix: consuming [Double], size: Int, turning vectors: inout [[Double]]) {
        var a = matrix
        var beside: [Double] = []
        for column in 0..<max(size - 2, 0) {
            let first = column + 1
            var v = (first..<size).map { a[$0 * size + column] }
            let length = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let turned = v[0] > 0 ? -length : length
            beside.append(turned)
            v[0] -= turned
            let squares = v.reduce(0) { $0 + $1 * $1 }
            guard squares > 0 else { continue }
            Self.reflect(&a, v, 2 / squares, from: first, size)
            for index in vectors.indices {
                let share = 2 / squares * zip(v, vectors[index][first...]).reduce(0) { $0 + $1.0 * $1.1 }
                for row in first..<size { vectors[index][row] -= share * v[row - first] }
            }
        }
        if size > 1 { beside.append(a[(size - 1) * size + size - 2]) }
        self.beside = beside
        diagonal = (0..<size).map { a[$0 * size + $0] }
    }

    /// A = H A H for the rows and columns from `first` on, where H = I - factor v vᵀ.
    private static func reflect(_ a: inout [Double], _ v: [Double], _ factor: Double, from first: Int, _ size: Int) {
        a.withUnsafeMutableBufferPointer { a in
            var w = v.indices.map { row in
                let start = (first + row) * size + first
                var sum = 0.0
                for column in v.indices { sum += a[start + column] * v[column] }
                return factor * sum
            }
            let half = 0.5 * factor * zip(v, w).reduce(0) { $0 + $1.0 * $1.1 }
            for row in w.indices { w[row] -= half * v[row] }
            for row in v.indices {
                let start = (first + row) * size + first
                for column in v.indices { a[start + column] -= v[row] * w[column] + w[row] * v[column] }
            }
        }
    }

    /// ln det(I + s T) and tᵀ (I + s T)⁻¹ t, where I + s T is positive definite.
    func solved(_ s: Double, _ t: [Double]) -> (logDeterminant: Double, form: Double) {
        var (pivot, rest) = (1 + s * diagonal[0], t[0])
        var (logDeterminant, form) = (log(pivot), rest * rest / pivot)
        for index in 1..<max(diagonal.count, 1) {
            let share = s * beside[index - 1] / pivot
            rest = t[index] - share * rest
            // Rounding may take a singular T below 0.
            pivot = max(1 + s * diagonal[index] - share * s * beside[index - 1], .ulpOfOne)
            logDeterminant += log(pivot)
            form += rest * rest / pivot
        }
        return (logDeterminant, form)
    }
}
