import Glibc
import TenorClassifying

extension Calibration {
    /// The lines that fit best on rows that the model was not trained on. Their loss is never above that of the logits as they are.
    ///
    /// - With one label for each text, the temperature T that minimizes the mean loss plus (ln T)² / 2n (Guo et al. 2017, "On Calibration of
    ///   Modern Neural Networks").
    /// - With any number of labels, for each label the line that minimizes its mean binary cross-entropy plus ((scale - 1)² + shift²) / 2n
    ///   (Platt 1999, "Probabilistic Outputs for Support Vector Machines").
    ///
    /// The added terms keep the lines near the logits where there are few of the n rows. Nil for a regression, or if no row has an answer.
    ///
    /// - Parameter hasBias: whether the classifier can hold shifts.
    package init?(for answers: OutOfFold, labelCount: Int, hasBias: Bool) {
        guard !answers.areNumbers, answers.rows > 0 else { return nil }
        guard let labels = answers.logitsByLabel(labelCount) else {
            self.init(temperature: Self.temperature(for: answers), labelCount: labelCount)
            return
        }
        let lines = labels.map { Self.line(for: $0, hasBias: hasBias) }
        self.init(scales: lines.map(\.scale), shifts: lines.map(\.shift))
    }

    private static func temperature(for answers: OutOfFold) -> Double {
        let rows = Double(answers.rows)
        func cost(_ logarithm: Double) -> Double {
            answers.tempered(exp(logarithm)).loss() + logarithm * logarithm / (2 * rows)
        }
        // The golden section: the loss has one minimum in 1 / T, and so in ln T.
        let ratio = (5.0.squareRoot() - 1) / 2
        var (low, high) = (-3.0, 3.0)
        var inner = (high - ratio * (high - low), low + ratio * (high - low))
        var costs = (cost(inner.0), cost(inner.1))
        while high - low > 1e-4 {
            if costs.0 <= costs.1 {
                high = inner.1
                inner = (high - ratio * (high - low), inner.0)
                costs = (cost(inner.0), costs.0)
            } else {
                low = inner.0
                inner = (inner.1, low + ratio * (high - low))
                costs = (costs.1, cost(inner.1))
            }
        }
        let best = (low + high) / 2
        return cost(best) < cost(0) ? exp(best) : 1
    }

    /// By Newton's method; the cost is convex. A line that falls would turn a label's answers around, so its scale is at least 0.05.
    private static func line(for rows: [(logit: Double, applies: Bool)], hasBias: Bool) -> (scale: Double, shift: Double) {
        let least = 0.05
        func cost(_ scale: Double, _ shift: Double) -> Double {
            rows.reduce(((scale - 1) * (scale - 1) + shift * shift) / 2) { sum, row in
                let z = scale * row.logit + shift
                return sum + max(z, 0) - (row.applies ? z : 0) + log1p(exp(-abs(z)))
            }
        }
        var line = (scale: 1.0, shift: 0.0)
        for _ in 0..<50 {
            var (gradient, hessian) = ((line.scale - 1, line.shift), (1.0, 0.0, 1.0))
            for row in rows {
                let p = 1 / (1 + exp(-(line.scale * row.logit + line.shift)))
                let (error, weight) = (p - (row.applies ? 1 : 0), p * (1 - p))
                gradient = (gradient.0 + error * row.logit, gradient.1 + error)
                hessian = (hessian.0 + weight * row.logit * row.logit, hessian.1 + weight * row.logit, hessian.2 + weight)
            }
            if !hasBias { (gradient.1, hessian.1) = (0, 0) }
            let determinant = hessian.0 * hessian.2 - hessian.1 * hessian.1
            let step = (
                (hessian.2 * gradient.0 - hessian.1 * gradient.1) / determinant,
                (hessian.0 * gradient.1 - hessian.1 * gradient.0) / determinant
            )
            let before = cost(line.scale, line.shift)
            var (next, share) = (line, 1.0)
            repeat {
                next = (max(line.scale - share * step.0, least), line.shift - share * step.1)
                share /= 2
            } while cost(next.scale, next.shift) > before && share > 1e-6
            guard cost(next.scale, next.shift) < before - 1e-12 * before else { break }
            line = next
        }
        return line
    }
}
