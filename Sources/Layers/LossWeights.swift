/// How the errors of a classification count.
package struct LossWeights: Sendable, Equatable {
    /// The weight of each label's rows; nil for 1. Of several labels, the weight of the rows that have the label, as PyTorch's `pos_weight`.
    package var labels: [Double]?
    /// γ of the focal loss, (1 - p)^γ · -ln p (Lin et al. 2017); 0 for the plain one.
    package var focus: Double
    /// ε: the label counts as 1 - ε + ε / labels, every other label as ε / labels.
    package var smoothing: Double

    package init(labels: [Double]? = nil, focus: Double = 0, smoothing: Double = 0) {
        (self.labels, self.focus, self.smoothing) = (labels, focus, smoothing)
    }

    package static let plain = LossWeights()

    /// The weight of a label's rows.
    package func weight(_ label: Int) -> Double { labels?[label] ?? 1 }
}
