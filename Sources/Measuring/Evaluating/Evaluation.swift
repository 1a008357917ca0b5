/// A classifier's results on labelled rows, with how certain they are.
package struct Evaluation: Sendable {
    package let metrics: Metrics
    /// The 95 % intervals: that of the accuracy is Wilson's, the others are by ``Bootstrap``. A figure that is not defined has none. A sample
    /// of few rows has a larger ECE than the rows it is drawn from, so the interval of a small ECE leans upwards.
    package let intervals: [HeadlineFigure: ClosedRange<Double>]
    /// For each label; nil if there are too many rows and labels, see ``EvaluationTally``.
    package let curves: [LabelCurves]?
    package let baseline: Baseline
    /// The bins of ``CalibrationBins`` that have rows.
    package let reliability: [CalibrationBins.Bin]
    package let riskCoverage: RiskCoverage

    package var labels: [String] { metrics.labels }
}
