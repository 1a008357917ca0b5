import Glibc

/// error = b · n^-c, fitted to errors at some n by least squares of ln error on ln n.
///
/// Errors of learning methods fall about like this (Cortes et al. 1994, Hestness et al. 2017). A further constant, the error that no number
/// of rows removes, cannot be told from a few noisy points. Without one, each doubling removes the same share of the error, so the law
/// promises less for the next doubling than the last one brought.
package struct PowerLaw: Sendable {
    /// ln b.
    let logarithm: Double
    /// c.
    package let exponent: Double

    /// - Parameter points: at least two, with different n and errors above 0.
    package init(_ points: [(n: Double, error: Double)]) {
        precondition(points.count > 1)
        let x = points.map { log($0.n) }
        let y = points.map { log($0.error) }
        let (meanX, meanY) = (LearningCurve.mean(x), LearningCurve.mean(y))
        let products = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
        let squares = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
        exponent = -products / squares
        logarithm = meanY + exponent * meanX
    }

    package func error(_ n: Double) -> Double { exp(logarithm - exponent * log(n)) }
}
