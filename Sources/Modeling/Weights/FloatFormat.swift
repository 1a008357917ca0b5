/// How weights are written: unchanged, or rounded to the nearest 16-bit number, ties to even.
package enum FloatFormat: String, CaseIterable, Sendable {
    case f32, f16, bf16

    package var elementType: ElementType {
        switch self {
        case .f32: .f32
        case .f16: .f16
        case .bf16: .bf16
        }
    }
}
