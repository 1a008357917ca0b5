import TenorLayers
import TenorTraining

/// The number format of the matrix products in linear layers. Sums, norms, softmax and trained parameters are fp32 in any case.
public enum Precision: Sendable, Hashable, CaseIterable {
    case fp32
    /// Factors rounded to bfloat16, with 8 bits of precision: faster, on processors with instructions for it.
    case bf16
    /// Factors rounded to 8-bit integers: faster still, for classifying only.
    case int8

    /// Whether this processor has instructions for this format. fp32 works everywhere.
    public var isAvailable: Bool { inLayers.isAvailable }

    var inLayers: TenorLayers.Precision {
        switch self {
        case .fp32: .fp32
        case .bf16: .bf16
        case .int8: .int8
        }
    }

    func checkAvailable() throws(TenorError) {
        guard isAvailable else {
            throw TenorError(.unavailable, "precision: this processor has no instructions for \(self); fp32 works everywhere")
        }
    }
}
