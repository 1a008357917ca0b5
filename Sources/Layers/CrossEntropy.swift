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

    /// The sum of the rows' losses, and `dLogits = (p - onehot(label)) / divisor`. Logits are [rows, labels].
    package static func loss(_ logits: Rows, labels: [Int], divisor: Int, dLogits: Rows) -> Double {
        var loss = 0.0
        for (row, label) in labels.enumerated() {
            let p = probabilities(UnsafeBufferPointer(start: logits.row(row), count: logits.width))
            loss -= log(max(p[label], Double.leastNormalMagnitude))
            for column in 0..<logits.width {
                dLogits.row(row)[column] = Float((p[column] - (column == label ? 1 : 0)) / Double(divisor))
            }
        }
        return loss
    }
}
