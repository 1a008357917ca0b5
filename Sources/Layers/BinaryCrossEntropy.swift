import Glibc

/// The logistic function and the binary cross-entropy of several labels at once.
package enum BinaryCrossEntropy {
    /// σ(z) = 1 / (1 + e⁻ᶻ), in double precision, without overflow for any z.
    package static func probability(_ logit: Double) -> Double {
        logit >= 0 ? 1 / (1 + exp(-logit)) : exp(logit) / (1 + exp(logit))
    }

    /// -ln σ(z) if the label applies, -ln(1 - σ(z)) if it does not.
    package static func loss(_ logit: Double, applies: Bool) -> Double {
        let z = applies ? -logit : logit
        return max(z, 0) + log1p(exp(-abs(z)))
    }

    /// The sum of the rows' losses, each the mean over the labels, and its gradient `dLogits = w (σ(z) - y) / (labels · divisor)`. Logits
    /// are [rows, labels]. w is the label's weight where it applies and 1 where it does not. As PyTorch's `BCEWithLogitsLoss`, which divides
    /// by rows and labels.
    package static func loss(_ logits: Rows, sets: [[Int]], _ weights: LossWeights = .plain, divisor: Double, dLogits: Rows) -> Double {
        let width = logits.width
        var loss = 0.0
        var applies = [Bool](repeating: false, count: width)
        for (row, set) in sets.enumerated() {
            for label in set { applies[label] = true }
            for column in 0..<width {
                let z = Double(logits.row(row)[column])
                let weight = applies[column] ? weights.weight(column) : 1
                loss += weight * Self.loss(z, applies: applies[column]) / Double(width)
                dLogits.row(row)[column] = Float(weight * (probability(z) - (applies[column] ? 1 : 0)) / (Double(width) * divisor))
            }
            for label in set { applies[label] = false }
        }
        return loss
    }
}
