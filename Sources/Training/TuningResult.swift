import TenorMeasuring

/// The result of a run.
package struct TuningResult: Sendable {
    package let recipe: Recipe
    /// The epoch that was saved, counted from 1.
    package let epoch: Int
    /// The metrics on the dev rows after that epoch; nil if there are no dev rows.
    package let metrics: Results?
    /// The metrics on the training rows by models that were not trained on them; nil if nothing was cross-validated.
    package let crossValidated: Results?
    /// The results with each of several seeds, the saved model's first; empty unless they were asked for.
    package let seeds: [SeedResult]
    /// What was forgotten, by old rows that were held out; nil if there are none.
    package let forgetting: Forgetting?
    /// Nil if no rows were held out, or if the folder had already been written.
    package let heldOut: HeldOut?
    /// Whether the folder had already been written by a run that was killed before it removed its checkpoint.
    package let wasSaved: Bool
}
