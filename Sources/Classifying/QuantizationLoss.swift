import TenorMeasuring

/// What a model loses when it computes in int8, measured on rows whose right answers are known.
package struct QuantizationLoss: Sendable {
    package let corpus: String
    package let fp32: Results
    package let int8: Results
    /// The number of rows that get other labels; nil for a regression, where each number changes a little.
    package let changed: Int?

    package init(corpus: String, fp32: Results, int8: Results, changed: Int?) {
        (self.corpus, self.fp32, self.int8, self.changed) = (corpus, fp32, int8, changed)
    }

    package var rows: Int { fp32.rows }

    /// The figure that the loss is measured by: accuracy, micro F1 or R².
    package var figure: SelectionMetric {
        switch fp32 {
        case .labels: .accuracy
        case .sets: .microF1
        case .numbers: .r2
        }
    }

    package func value(of results: Results) -> Double { figure.value(of: results) ?? .nan }

    /// The loss in points of a hundred; negative if the figure improves. NaN if it is not defined.
    package var points: Double { 100 * (value(of: fp32) - value(of: int8)) }
}
