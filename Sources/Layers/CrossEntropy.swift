import Glibc

/// Softmax and the cross-entropy loss, -ln p[label].
package enum CrossEntropy {
    /// p = softmax(logits) of one row, in double precision.
    package static func probabilities(_ logits: some Collection<Float>) -> [Double] {
        let largest = Double(logits.max() ?? 0)
        let powers = logits.map { exp(Double($0) - largest) }
        let total = powers.reduce(0, +)
        return powers.map { $0 / total }
    }

    /// The sum of the rows' losses, and its gradient divided by `divisor`, `dLogits`. Logits are [rows, labels].
    ///
    /// A row's loss is -Σ q[c] w[c] ln p[c], where q is 1 for the label and 0 for the others, or smoothed, as in PyTorch's
    /// `CrossEntropyLoss`; its gradient is p Σ q w - q w. With a focus γ it is -w (1 - p)^γ ln p of the label.
    package static func loss(
        _ logits: Rows, labels: [Int], _ weights: LossWeights = .plain, divisor: Double, dLogits: Rows
    ) -> Double {
        var loss = 0.0
        for (row, label) in labels.enumerated() {
            let p = probabilities(UnsafeBufferPointer(start: logits.row(row), count: logits.width))
            let slope = dLogits.row(row)
            if weights.focus > 0 {
                loss += focal(p, label, weights, divisor: divisor, slope)
            } else if weights.smoothing > 0 {
                loss += smoothed(p, label, weights, divisor: divisor, slope)
            } else {
                let weight = weights.weight(label)
                loss -= weight * log(max(p[label], Double.leastNormalMagnitude))
                for column in p.indices { slope[column] = Float(weight * (p[column] - (column == label ? 1 : 0)) / divisor) }
            }
        }
        return loss
    }

    private static func smoothed(
        _ p: [Double], _ label: Int, _ weights: LossWeights, divisor: Double, _ slope: UnsafeMutablePointer<Float>
    ) -> Double {
        let share = weights.smoothing / Double(p.count)
        let q = p.indices.map { (share + ($0 == label ? 1 - weights.smoothing : 0)) * weights.weight($0) }
        let total = q.reduce(0, +)
        for column in p.indices { slope[column] = Float((p[column] * total - q[column]) / divisor) }
        return zip(p, q).reduce(0) { $0 - $1.1 * log(max($1.0, Double.leastNormalMagnitude)) }
    }

    private static func focal(
        _ p: [Double], _ label: Int, _ weights: LossWeights, divisor: Double, _ slope: UnsafeMutablePointer<Float>
    ) -> Double {
        let (gamma, weight) = (weights.focus, weights.weight(label))
        let right = max(p[label], Double.leastNormalMagnitude)
        let wrong = max(1 - right, Double.leastNormalMagnitude)
        // d/dz of (1 - p)^γ ln p is this times (1 - p) for the label and -p[c] for another.
        let factor = pow(wrong, gamma) - gamma * pow(wrong, gamma - 1) * right * log(right)
        for column in p.indices { slope[column] = Float(weight * factor * (p[column] - (column == label ? 1 : 0)) / divisor) }
        return -weight * pow(wrong, gamma) * log(right)
    }
}
