/// What a student learns from its teachers.
package enum DistillingObjective: String, Sendable, CaseIterable {
    /// A classifier's answers; see ``AnswerDivergence``.
    case answers
    /// The pooled states of encoders; see ``CosineDistance``.
    case states
}
