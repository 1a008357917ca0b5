import TenorMeasuring

/// What a classifier loses when it computes in int8, measured on rows whose labels are known.
package struct QuantizationLoss: Sendable {
    package let corpus: String
    package let fp32: Metrics
    package let int8: Metrics
    /// The number of rows that get a different label.
    package let changed: Int

    package init(corpus: String, fp32: Metrics, int8: Metrics, changed: Int) {
        (self.corpus, self.fp32, self.int8, self.changed) = (corpus, fp32, int8, changed)
    }

    package var rows: Int { fp32.confusion.rows }

    /// The loss of accuracy in percentage points; negative if the accuracy improves.
    package var points: Double { 100 * (fp32.confusion.accuracy - int8.confusion.accuracy) }
}
