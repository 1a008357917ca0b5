import TenorLayers

/// The gradient of a batch's loss.
package struct Gradient: Sendable {
    /// dL/dw, with empty matrices for slots that are not trained.
    package let parameters: Parameters
    /// L: the mean over the batch's rows, or the loss of its pairs.
    package internal(set) var loss: Double
    /// √Σ g² over all parameters.
    package let norm: Double

    package var isFinite: Bool { loss.isFinite && norm.isFinite }
}
