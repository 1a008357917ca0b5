import CTenorVector

/// In what numbers the products of linear layers are computed. Everything else, and all sums, is in fp32 in any case: softmax, norms,
/// activations, weights that are trained, their gradients and moments.
package enum Precision: String, CaseIterable, Sendable {
    case fp32
    /// Factors rounded to bfloat16: 8 bits of precision, twice the speed.
    case bf16
    /// Factors rounded to 8-bit integers, weights with a scale for each output and activations with one for each token: four times the
    /// speed. For classifying only.
    case int8

    /// Whether this processor has instructions for it.
    package var isAvailable: Bool {
        switch self {
        case .fp32: true
        case .bf16: vector_multiplies_bf16() != 0
        case .int8: vector_multiplies_bytes() != 0
        }
    }
}
