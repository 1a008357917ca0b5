import TenorLayers

/// What a batch says of how to change a model.
package struct Gradient: Sendable {
    /// dL/dw, nothing for slots that are not trained.
    package let parameters: Parameters
    /// L, the mean loss over the batch's rows.
    package let loss: Double
    /// √Σ g² over all parameters.
    package let norm: Double

    package var isFinite: Bool { loss.isFinite && norm.isFinite }
}
