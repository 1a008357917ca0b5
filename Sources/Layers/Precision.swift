import CTenorVector

/// The number format of the products of linear layers. Sums are in fp32 (int32 for int8), and everything else is always in fp32: softmax,
/// norms, activations, trained weights, their gradients and moments.
package enum Precision: String, CaseIterable, Sendable {
    case fp32
    /// Factors rounded to bf16: 8 bits of precision, twice the speed.
    case bf16
    /// Factors rounded to 8-bit integers, with one scale per output for weights and one scale per token for activations: four times the
    /// speed. For inference only.
    case int8

    /// Whether this processor has instructions for this format.
    package var isAvailable: Bool {
        switch self {
        case .fp32: true
        case .bf16: vector_multiplies_bf16() != 0
        case .int8: vector_multiplies_bytes() != 0
        }
    }
}
