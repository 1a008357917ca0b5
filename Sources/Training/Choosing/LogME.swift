import Glibc
import TenorLayers
import TenorThreads

/// LogME (You et al. 2021, "LogME: Practical Assessment of Pre-trained Models for Transfer Learning", section 4): how well a linear model on
/// features explains labels, without being trained.
///
/// For each label, y is 1 for its n rows and 0 for the others. With weights w ~ N(0, α⁻¹ I) and y ~ N(F w, β⁻¹ I), the evidence is
///
///     ln p(y | F) = ln N(y; 0, β⁻¹ (I + F Fᵀ β / α))
///
/// at the α and β where it is largest. The score is the mean over the labels of ln p / n. Higher is better; only scores of the same rows can be
/// compared.
package struct LogME: Sendable {
    package let score: Double

    /// - Parameters:
    ///   - features: each [1, width].
    ///   - labels: each row's label, from 0.
    package init(_ features: [Rows], _ labels: [Int], threads: Int) {
        precondition(!features.isEmpty && features.count == labels.count)
        // The paper counts labels that no row has, whose evidence has no maximum. Here they are left out.
        var vectors = Set(labels).sorted().map { label in labels.map { $0 == label ? 1.0 : 0 } }
        let products = Self.products(features, threads: threads)
        let size = features.count
        let scale = (0..<size).reduce(0) { $0 + products[$1 * size + $1] } / Double(size)
        let reduced = Tridiagonal(products, size: size, turning: &vectors)
        let evidences = vectors.map { Self.evidence(reduced, $0, scale: scale > 0 ? scale : 1) }
        score = evidences.reduce(0, +) / Double(evidences.count)
    }

    /// F Fᵀ, [n, n].
    private static func products(_ rows: [Rows], threads: Int) -> [Double] {
        let (count, width) = (rows.count, rows[0].width)
        var products = Array(repeating: 0.0, count: count * count)
        products.withUnsafeMutableBufferPointer { products in
            nonisolated(unsafe) let products = products
            parallel(count, threads: threads) { row in
                for other in rows.indices {
                    var sum = 0.0
                    for column in 0..<width { sum += Double(rows[row].base[column]) * Double(rows[other].base[column]) }
                    products[row * count + other] = sum
                }
            }
        }
        return products
    }

    /// The largest ln p / n, over s = β / α. The best β for a given s is n / (yᵀ (I + s F Fᵀ)⁻¹ y).
    private static func evidence(_ reduced: Tridiagonal, _ y: [Double], scale: Double) -> Double {
        let n = Double(y.count)
        func value(_ logarithm: Double) -> Double {
            let (logDeterminant, form) = reduced.solved(exp(logarithm) / scale, y)
            return -0.5 * (log(2 * .pi * form / n) + 1 + logDeterminant / n)
        }
        // The best point of a grid, then the best one between its neighbours.
        let grid = stride(from: -16.0, through: 16, by: 0.5)
        let best = grid.max { value($0) < value($1) }!
        return value(goldenSection(from: best - 0.5, to: best + 0.5, value))
    }

    /// Where a function with one maximum in a range has it.
    private static func goldenSection(from start: Double, to end: Double, _ value: (Double) -> Double) -> Double {
        let share = (5.0.squareRoot() - 1) / 2
        var (low, high) = (start, end)
        for _ in 0..<40 {
            let (left, right) = (high - share * (high - low), low + share * (high - low))
            if value(left) < value(right) { low = left } else { high = right }
        }
        return (low + high) / 2
    }
}
