import Glibc

/// The temperature T by which a classifier's logits are divided, so that its probabilities say how often it is right (Guo et al. 2017, "On
/// Calibration of Modern Neural Networks").
///
/// T minimizes the mean loss of rows that the model was not trained on, plus (ln T)² / 2n, which keeps it near 1 where there are few rows.
/// The loss at T is never above that at 1.
struct Temperature: Sendable, Equatable {
    let value: Double

    /// Nil for a regression, or if no row has an answer.
    init?(for answers: OutOfFold) {
        guard !answers.areNumbers, answers.rows > 0 else { return nil }
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
        value = cost(best) < cost(0) ? exp(best) : 1
    }
}
