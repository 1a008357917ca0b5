import TenorLayers

/// What optimizer steps minimize.
package enum Objective: String, Sendable, CaseIterable {
    /// The task's own loss on the classifier's logits.
    case classification
    /// A ``SimilarityLoss`` of the pooled states, which needs no classifier; that is solved afterwards.
    case contrastive
}
