/// An event during tuning. Events are reported in the order in which they happen.
package enum TuningEvent: Sendable {
    /// The run resumes after this epoch, counted from 1.
    case resumed(epoch: Int)
    /// The frozen part has encoded this many rows.
    case encoded(rows: Int, of: Int)
    case step(StepRecord)
    /// The head was solved with this strength C; see ``LogisticRegression``.
    case solved(strength: Double)
    case evaluated(EpochRecord)
    /// A checkpoint was saved. The run can be resumed after this epoch, counted from 1.
    case checkpointed(epoch: Int)
    /// A message for the user.
    case message(String)
}
