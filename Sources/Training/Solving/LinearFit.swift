import Glibc
import TenorLayers
import TenorModeling
import TenorThreads

/// A linear classifier or regression with an L2 penalty: the minimum of
///
///     C Σ loss(W x' + b, target) + ½ ‖W‖²
///
/// over the rows x' of ``Features``. By the task, a row's loss is -ln softmax[label]; the sum over the labels of the binary cross-entropy,
/// which is one logistic regression for each; or ½ ‖W x' + b - y‖², which is ridge regression. With one of two labels the penalty is ‖W‖², so
/// that the difference of W's rows is the coefficient of scikit-learn's `LogisticRegression`, whose binary model has one row; otherwise W is
/// its `coef_`.
package struct LinearFit: Sendable {
    package let task: Task
    package let outputs: Int
    package let width: Int
    /// W, [outputs, width], row-major, for standardized features, followed by b, [outputs].
    package private(set) var parameters: [Double]
    private let mean: [Double]
    private let scale: Double

    /// A start for ``fit(_:_:strength:hasBias:tolerance:mostSteps:threads:)``: all zeros.
    package init(_ task: Task, outputs: Int, features: Features) {
        (self.task, self.outputs, width, mean, scale) = (task, outputs, features.width, features.mean, features.scale)
        parameters = Array(repeating: 0, count: outputs * (features.width + 1))
    }

    /// Solves from the present parameters, which shortens a path over strengths.
    ///
    /// - Parameters:
    ///   - targets: of the task.
    ///   - weights: how much the rows of each label count.
    ///   - strength: C; a larger one fits the rows more closely.
    ///   - hasBias: whether b is fitted, rather than 0.
    ///   - tolerance: the largest element of the gradient, divided by C and the number of rows, at which the fit ends.
    package mutating func fit(
        _ features: Features, _ targets: Targets, _ weights: LossWeights = .plain, strength: Double, hasBias: Bool = true,
        tolerance: Double = 1e-9, mostSteps: Int = 5000, threads: Int
    ) {
        let penalty = (task == .singleLabel && outputs == 2 ? 2 : 1) / (strength * Double(features.rows.count))
        let penalized = outputs * width
        var solution = parameters
        LBFGS(tolerance: tolerance, mostSteps: mostSteps).minimize(&solution) { parameters, gradient in
            var value = self.loss(parameters, features, targets, weights, &gradient, threads: threads)
            for index in 0..<penalized {
                value += 0.5 * penalty * parameters[index] * parameters[index]
                gradient[index] += penalty * parameters[index]
            }
            if !hasBias { for index in penalized..<gradient.count { gradient[index] = 0 } }
            return value
        }
        parameters = solution
    }

    /// The mean loss over the rows, without the penalty, and its gradient.
    private func loss(
        _ parameters: [Double], _ features: Features, _ targets: Targets, _ rowWeights: LossWeights, _ gradient: inout [Double],
        threads: Int
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
                        part * size..<min((part + 1) * size, count), features, targets, rowWeights, weights, bias,
                        to: sums.baseAddress! + part * length)
                }
            }
        }
        for index in gradient.indices { gradient[index] = 0 }
        for part in 0..<parts { for index in 0..<length { gradient[index] += sums[part * length + index] } }
        // From the gradient for x to that for x'.
        for label in 0..<outputs {
            let change = gradient[outputs * width + label]
            for column in 0..<width {
                gradient[label * width + column] = (gradient[label * width + column] - change * mean[column]) / scale
            }
        }
        for index in gradient.indices { gradient[index] /= Double(count) }
        return losses.reduce(0, +) / Double(count)
    }

    /// Adds the gradient of some rows' losses for x, and returns the sum of these losses.
    private func add(
        _ range: Range<Int>, _ features: Features, _ targets: Targets, _ rowWeights: LossWeights, _ weights: [Double], _ bias: [Double],
        to gradient: UnsafeMutablePointer<Double>
    ) -> Double {
        var loss = 0.0
        var z = bias
        weights.withUnsafeBufferPointer { weights in
            for row in range {
                let x = features.rows[row].base
                for output in 0..<outputs { z[output] = bias[output] + dot(x, weights.baseAddress! + output * width, width) }
                loss += Self.loss(&z, targets, rowWeights, row)
                for output in 0..<outputs {
                    addScaled(z[output], x, to: gradient + output * width, width)
                    gradient[outputs * width + output] += z[output]
                }
            }
        }
        return loss
    }

    /// A row's loss, and its gradient in place of z.
    private static func loss(_ z: inout [Double], _ targets: Targets, _ weights: LossWeights, _ row: Int) -> Double {
        switch targets {
        case .labels(let labels):
            let largest = z.max()!
            var total = 0.0
            for output in z.indices { total += exp(z[output] - largest) }
            let weight = weights.weight(labels[row])
            let loss = weight * (log(total) + largest - z[labels[row]])
            for output in z.indices { z[output] = weight * (exp(z[output] - largest) / total - (output == labels[row] ? 1 : 0)) }
            return loss
        case .sets(let sets):
            var loss = 0.0
            for output in z.indices {
                let applies = sets[row].contains(output)
                let weight = applies ? weights.weight(output) : 1
                loss += weight * BinaryCrossEntropy.loss(z[output], applies: applies)
                z[output] = weight * (BinaryCrossEntropy.probability(z[output]) - (applies ? 1 : 0))
            }
            return loss
        case .numbers(let numbers):
            var loss = 0.0
            for output in z.indices {
                z[output] -= numbers[row][output]
                loss += 0.5 * z[output] * z[output]
            }
            return loss
        }
    }

    /// The weights [outputs, width] and biases [outputs] for features as they are, without standardizing.
    package var folded: (weights: [Double], bias: [Double]) { folded(parameters) }

    private func folded(_ parameters: [Double]) -> (weights: [Double], bias: [Double]) {
        let weights = parameters[..<(outputs * width)].map { $0 / scale }
        let bias = (0..<outputs).map { label in
            var bias = parameters[outputs * width + label]
            for column in 0..<width { bias -= weights[label * width + column] * mean[column] }
            return bias
        }
        return (weights, bias)
    }

    /// The answers to rows, from z = W x' + b: softmax(z), σ(z), or z.
    package func answers(_ features: Features) -> [[Double]] {
        let (weights, bias) = folded
        return weights.withUnsafeBufferPointer { weights in
            features.rows.map { x in
                let z = (0..<outputs).map { bias[$0] + dot(x.base, weights.baseAddress! + $0 * width, width) }
                switch task {
                case .singleLabel:
                    let largest = z.max()!
                    let powers = z.map { exp($0 - largest) }
                    let total = powers.reduce(0, +)
                    return powers.map { $0 / total }
                case .multiLabel: return z.map(BinaryCrossEntropy.probability)
                case .regression: return z
                }
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
