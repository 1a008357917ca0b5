/// An event of a distillation. Events are reported in the order in which they happen.
package enum DistillingEvent: Sendable {
    /// The teachers have answered this many texts so far.
    case answered(rows: Int)
    /// The answers to this many texts are saved. A resumed run continues after them.
    case saved(rows: Int)
    /// All texts are answered, and training begins.
    case taught(DistilledTexts)
    /// Training resumes after this step, counted from 1.
    case resumed(step: Int)
    case step(StepRecord)
    case epoch(EpochRecord)
    /// A checkpoint was saved. The run can be resumed after this step, counted from 1.
    case checkpointed(step: Int)
    /// A message for the user.
    case message(String)
}
