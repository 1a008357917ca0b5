import TenorMeasuring

/// An event during tuning. Events are reported in the order in which they happen.
package enum TuningEvent: Sendable {
    /// The run resumes after this epoch, counted from 1.
    case resumed(epoch: Int)
    /// The frozen part has encoded this many rows.
    case encoded(rows: Int, of: Int)
    case step(StepRecord)
    /// The head was solved with this strength C; see ``LinearFit``.
    case solved(strength: Double)
    case evaluated(EpochRecord)
    /// A recipe is being measured on one of its folds, counted from 0. Reported often.
    case comparing(String, fold: Int, of: Int)
    /// A recipe has been measured on rows that its models were not trained on.
    case compared(Recipe, Results)
    /// A run with a further seed has been measured.
    case measured(SeedResult)
    /// The recipe that is trained on all rows, and the number of recipes that were measured before.
    case chosen(Recipe, measured: Int)
    /// A checkpoint was saved. The run can be resumed after this epoch, counted from 1, or, with 0, after the last measured recipe.
    case checkpointed(epoch: Int)
    /// A message for the user.
    case message(String)
}
