/// How a file stores one number of a tensor, by the safetensors format's names.
package enum ElementType: String, CaseIterable, Sendable {
    case bool = "BOOL"
    case u8 = "U8"
    case i8 = "I8"
    case u16 = "U16"
    case i16 = "I16"
    case u32 = "U32"
    case i32 = "I32"
    case u64 = "U64"
    case i64 = "I64"
    case f8e4m3 = "F8_E4M3"
    case f8e5m2 = "F8_E5M2"
    case f8e8m0 = "F8_E8M0"
    case f16 = "F16"
    case bf16 = "BF16"
    case f32 = "F32"
    case f64 = "F64"
    case c64 = "C64"

    /// Bytes of one number.
    package var size: Int {
        switch self {
        case .bool, .u8, .i8, .f8e4m3, .f8e5m2, .f8e8m0: 1
        case .u16, .i16, .f16, .bf16: 2
        case .u32, .i32, .f32: 4
        case .u64, .i64, .f64, .c64: 8
        }
    }

    /// Whether ``read(from:stride:into:)`` can make floats of it.
    package var isReadable: Bool {
        switch self {
        case .f16, .bf16, .f32, .f64: true
        default: false
        }
    }

    /// Writes `target.count` floats: the numbers at `source`, `stride` numbers apart, of any alignment.
    func read(from source: UnsafeRawPointer, stride: Int, into target: UnsafeMutableBufferPointer<Float>) {
        switch self {
        case .f32: gather(source, stride, target) { Float(bitPattern: $0.loadUnaligned(as: UInt32.self)) }
        case .f64: gather(source, stride, target) { Float(Double(bitPattern: $0.loadUnaligned(as: UInt64.self))) }
        case .f16: gather(source, stride, target) { float(half: $0.loadUnaligned(as: UInt16.self)) }
        case .bf16: gather(source, stride, target) { Float(bitPattern: UInt32($0.loadUnaligned(as: UInt16.self)) << 16) }
        default: preconditionFailure("\(rawValue) has no conversion to F32")
        }
    }

    /// The loop stands twice because the compiler makes vectors only of the one whose step it knows.
    @inline(__always)
    private func gather(
        _ source: UnsafeRawPointer, _ stride: Int, _ target: UnsafeMutableBufferPointer<Float>, _ convert: (UnsafeRawPointer) -> Float
    ) {
        guard let base = target.baseAddress else { return }
        if stride == 1 {
            for index in 0..<target.count { base[index] = convert(source + index &* size) }
        } else {
            for index in 0..<target.count { base[index] = convert(source + index &* stride &* size) }
        }
    }
}

/// The value of an IEEE half, exactly; without branches, so that a loop over it becomes vectors.
@inline(__always)
func float(half: UInt16) -> Float {
    let exponentAndFraction = UInt32(half & 0x7FFF)
    let exponent = exponentAndFraction >> 10
    // Normal numbers: the exponent's bias goes from 15 to 127; infinity and NaN: to the top, so by as much again.
    let normal = exponentAndFraction << 13 &+ (exponent == 31 ? 224 << 23 : 112 << 23)
    // Subnormal numbers and zero: the fraction in units of 2^-24.
    let subnormal = (Float(Int32(bitPattern: exponentAndFraction)) * 0x1p-24).bitPattern
    return Float(bitPattern: (exponent == 0 ? subnormal : normal) | UInt32(half & 0x8000) << 16)
}

/// The nearest IEEE half, the even one of two; infinity from 65,520 on.
@inline(__always)
func half(_ value: Float) -> UInt16 {
    let magnitude = value.bitPattern & 0x7FFF_FFFF
    let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
    // Half of the last place, less one where the result would else be odd, and the carry does the rounding.
    let normal = (magnitude &- 112 << 23 &+ 0xFFF &+ (magnitude >> 13 & 1)) >> 13
    // Beside 0.5 a float's last place is 2^-24, a subnormal half's: the addition rounds.
    let subnormal = (Float(bitPattern: magnitude) + 0.5).bitPattern &- Float(0.5).bitPattern
    let special: UInt32 = magnitude > 0x7F80_0000 ? 0x7E00 : 0x7C00
    let result = magnitude >= 0x4780_0000 ? special : magnitude < 0x3880_0000 ? subnormal : normal
    return sign | UInt16(truncatingIfNeeded: result)
}

/// The nearest bfloat16, the even one of two.
@inline(__always)
func bfloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let rounded = (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16
    // Rounding would carry some NaNs over to infinity or zero.
    let quiet = bits >> 16 | 0x40
    return UInt16(truncatingIfNeeded: bits & 0x7FFF_FFFF > 0x7F80_0000 ? quiet : rounded)
}
