/// How well integrated gradients add up to what they explain: Σ scores = logit - baseline, up to the error of the integration.
package struct Completeness: Sendable, Equatable {
    /// The logit of the text.
    package let logit: Double
    /// The logit of the baseline.
    package let baseline: Double
    /// The sum of all scores.
    package let sum: Double
    /// The number of points between baseline and text at which gradients were computed.
    package let points: Int
    /// The largest error that is accepted.
    package let tolerance: Double

    package init(logit: Double, baseline: Double, sum: Double, points: Int, tolerance: Double) {
        (self.logit, self.baseline, self.sum, self.points, self.tolerance) = (logit, baseline, sum, points, tolerance)
    }

    /// |sum - (logit - baseline)| / |logit - baseline|; infinite where the logits are equal and the scores do not cancel out.
    package var error: Double {
        let difference = logit - baseline
        return sum == difference ? 0 : abs(sum - difference) / abs(difference)
    }

    package var isReached: Bool { error <= tolerance }
}
