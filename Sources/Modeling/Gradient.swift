import TenorLayers

/// The gradient of a batch's loss.
package struct Gradient: Sendable {
    /// dL/dw, with empty matrices for slots that are not trained.
    package let parameters: Parameters
    /// L, the mean loss over the batch's rows.
    package let loss: Double
    /// √Σ g² over all parameters.
    package let norm: Double

    package var isFinite: Bool { loss.isFinite && norm.isFinite }
}
