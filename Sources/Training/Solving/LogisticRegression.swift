import Glibc
import TenorLayers
import TenorThreads

/// Multinomial logistic regression with an L2 penalty: the minimum of
///
///     C Σ -ln softmax(W x' + b)[label] + ½ ‖W‖²
///
/// over the rows x' of ``Features``. With two labels the penalty is ‖W‖², so that the difference of W's rows is the coefficient of
/// scikit-learn's `LogisticRegression`, whose binary model has one row; with more labels W is its `coef_`.
package struct LogisticRegression: Sendable {
    package let labels: Int
    package let width: Int
    /// W, [labels, width], row-major, for standardized features, followed by b, [labels].
    package private(set) var parameters: [Double]
    private let mean: [Double]
    private let scale: Double

    /// A start for ``fit(_:_:strength:tolerance:threads:)``: all zeros.
    package init(labels: Int, features: Features) {
        (self.labels, width, mean, scale) = (labels, features.width, features.mean, features.scale)
        parameters = Array(repeating: 0, count: labels * (features.width + 1))
    }

    /// Solves from the present parameters, which shortens a path over strengths.
    ///
    /// - Parameters:
    ///   - targets: each row's label.
    ///   - strength: C; a larger one fits the rows more closely.
    ///   - hasBias: whether b is fitted, rather than 0.
    ///   - tolerance: the largest element of the gradient, divided by C and the number of rows, at which the fit ends.
    package mutating func fit(
        _ features: Features, _ targets: [Int], strength: Double, hasBias: Bool = true, tolerance: Double = 1e-9, mostSteps: Int = 5000,
        threads: Int
    ) {
        let penalty = (labels == 2 ? 2 : 1) / (strength * Double(features.rows.count))
        let weights = labels * width
        var solution = parameters
        LBFGS(tolerance: tolerance, mostSteps: mostSteps).minimize(&solution) { parameters, gradient in
            var value = self.loss(parameters, features, targets, &gradient, threads: threads)
            for index in 0..<weights {
                value += 0.5 * penalty * parameters[index] * parameters[index]
                gradient[index] += penalty * parameters[index]
            }
            if !hasBias { for index in weights..<gradient.count { gradient[index] = 0 } }
            return value
        }
        parameters = solution
    }

    /// The mean loss over the rows, without the penalty, and its gradient.
    private func loss(
        _ parameters: [Double], _ features: Features, _ targets: [Int], _ gradient: inout [Double], threads: Int
    ) -> Double {
        let (weights, bias) = folded(parameters)
        // At most 16 parts, whatever the number of threads, so that the order of the sum is always the same.
        let count = features.rows.count
        let size = max(256, (count + 15) / 16)
        let parts = (count + size - 1) / size
        var sums = Array(repeating: 0.0, count: parts * gradient.count)
        var losses = Array(repeating: 0.0, count: parts)
        let length = gradient.count
        sums.withUnsafeMutableBufferPointer { sums in
            losses.withUnsafeMutableBufferPointer { losses in
                nonisolated(unsafe) let (sums, losses) = (sums, losses)
                parallel(parts, threads: threads) { part in
                    losses[part] = add(
                        part * size..<min((part + 1) * size, count), features, targets, weights, bias,
                        to: sums.baseAddress! + part * length)
                }
            }
        }
        for index in gradient.indices { gradient[index] = 0 }
        for part in 0..<parts { for index in 0..<length { gradient[index] += sums[part * length + index] } }
        // From the gradient for x to that for x'.
        for label in 0..<labels {
            let change = gradient[labels * width + label]
            for column in 0..<width {
                gradient[label * width + column] = (gradient[label * width + column] - change * mean[column]) / scale
            }
        }
        for index in gradient.indices { gradient[index] /= Double(count) }
        return losses.reduce(0, +) / Double(count)
    }

    /// Adds the gradient of some rows' losses for x, and returns the sum of these losses.
    private func add(
        _ range: Range<Int>, _ features: Features, _ targets: [Int], _ weights: [Double], _ bias: [Double],
        to gradient: UnsafeMutablePointer<Double>
    ) -> Double {
        var loss = 0.0
        var z = bias
        weights.withUnsafeBufferPointer { weights in
            for row in range {
                let x = features.rows[row].base
                for label in 0..<labels { z[label] = bias[label] + dot(x, weights.baseAddress! + label * width, width) }
                let largest = z.max()!
                var total = 0.0
                for label in 0..<labels { total += exp(z[label] - largest) }
                loss += log(total) + largest - z[targets[row]]
                for label in 0..<labels {
                    let difference = exp(z[label] - largest) / total - (label == targets[row] ? 1 : 0)
                    addScaled(difference, x, to: gradient + label * width, width)
                    gradient[labels * width + label] += difference
                }
            }
        }
        return loss
    }

    /// The weights [labels, width] and biases [labels] for features as they are, without standardizing.
    package var folded: (weights: [Double], bias: [Double]) { folded(parameters) }

    private func folded(_ parameters: [Double]) -> (weights: [Double], bias: [Double]) {
        let weights = parameters[..<(labels * width)].map { $0 / scale }
        let bias = (0..<labels).map { label in
            var bias = parameters[labels * width + label]
            for column in 0..<width { bias -= weights[label * width + column] * mean[column] }
            return bias
        }
        return (weights, bias)
    }

    /// softmax(W x' + b) of each row.
    package func probabilities(_ features: Features) -> [[Double]] {
        let (weights, bias) = folded
        return weights.withUnsafeBufferPointer { weights in
            features.rows.map { x in
                let z = (0..<labels).map { bias[$0] + dot(x.base, weights.baseAddress! + $0 * width, width) }
                let powers = z.map { exp($0 - z.max()!) }
                let total = powers.reduce(0, +)
                return powers.map { $0 / total }
            }
        }
    }
}

/// x · w
private func dot(_ x: UnsafePointer<Float>, _ w: UnsafePointer<Double>, _ count: Int) -> Double {
    var sums = SIMD8<Double>.zero
    var index = 0
    while index + 8 <= count {
        let x = UnsafeRawPointer(x + index).loadUnaligned(as: SIMD8<Float>.self)
        sums += SIMD8<Double>(x) * UnsafeRawPointer(w + index).loadUnaligned(as: SIMD8<Double>.self)
        index += 8
    }
    var sum = sums.sum()
    while index < count {
        sum += Double(x[index]) * w[index]
        index += 1
    }
    return sum
}

/// y += a x
private func addScaled(_ a: Double, _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Double>, _ count: Int) {
    for index in 0..<count { y[index] += a * Double(x[index]) }
}
