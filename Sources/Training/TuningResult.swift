import TenorMeasuring

/// The result of a run.
package struct TuningResult: Sendable {
    /// The epoch that was saved, counted from 1.
    package let epoch: Int
    /// The metrics on the dev rows after that epoch; nil if there are no dev rows.
    package let metrics: Metrics?
    /// Whether the folder had already been written by a run that was killed before it removed its checkpoint.
    package let wasSaved: Bool
}
