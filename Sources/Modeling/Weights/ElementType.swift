/// The element type of a tensor in a file, with the names of the safetensors format.
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

    /// The size of one number in bytes.
    package var size: Int {
        switch self {
        case .bool, .u8, .i8, .f8e4m3, .f8e5m2, .f8e8m0: 1
        case .u16, .i16, .f16, .bf16: 2
        case .u32, .i32, .f32: 4
        case .u64, .i64, .f64, .c64: 8
        }
    }

    /// Whether ``read(from:stride:into:)`` can convert it to floats.
    package var isReadable: Bool {
        switch self {
        case .f16, .bf16, .f32, .f64: true
        default: false
        }
    }

    /// Converts `target.count` numbers at `source`, `stride` numbers apart and of any alignment, to floats.
    func read(from source: UnsafeRawPointer, stride: Int, into target: UnsafeMutableBufferPointer<Float>) {
        switch self {
        case .f32: gather(source, stride, target) { Float(bitPattern: $0.loadUnaligned(as: UInt32.self)) }
        case .f64: gather(source, stride, target) { Float(Double(bitPattern: $0.loadUnaligned(as: UInt64.self))) }
        case .f16: gather(source, stride, target) { float(half: $0.loadUnaligned(as: UInt16.self)) }
        case .bf16: gather(source, stride, target) { Float(bitPattern: UInt32($0.loadUnaligned(as: UInt16.self)) << 16) }
        default: preconditionFailure("\(rawValue) has no conversion to F32")
        }
    }

    /// There are two loops because the compiler vectorizes only the one with the constant stride.
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

/// Converts an IEEE fp16 number exactly. It has no branches, so that loops over it can be vectorized.
@inline(__always)
package func float(half: UInt16) -> Float {
    let exponentAndFraction = UInt32(half & 0x7FFF)
    let exponent = exponentAndFraction >> 10
    // Normal numbers: the exponent bias changes from 15 to 127, so add 112. Infinity and NaN: the exponent becomes all ones, so add 224.
    let normal = exponentAndFraction << 13 &+ (exponent == 31 ? 224 << 23 : 112 << 23)
    // Subnormal numbers and zero: the fraction in units of 2^-24.
    let subnormal = (Float(Int32(bitPattern: exponentAndFraction)) * 0x1p-24).bitPattern
    return Float(bitPattern: (exponent == 0 ? subnormal : normal) | UInt32(half & 0x8000) << 16)
}

/// Rounds to the nearest IEEE fp16 number, ties to even; infinity from 65,520 on.
@inline(__always)
package func half(_ value: Float) -> UInt16 {
    let magnitude = value.bitPattern & 0x7FFF_FFFF
    let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
    // Adds half a unit in the last place, minus 1 if the last kept bit is 0, so that the carry rounds ties to even.
    let normal = (magnitude &- 112 << 23 &+ 0xFFF &+ (magnitude >> 13 & 1)) >> 13
    // Near 0.5 the last place of a float is 2^-24, like that of a subnormal fp16 number, so the addition rounds.
    let subnormal = (Float(bitPattern: magnitude) + 0.5).bitPattern &- Float(0.5).bitPattern
    let special: UInt32 = magnitude > 0x7F80_0000 ? 0x7E00 : 0x7C00
    let result = magnitude >= 0x4780_0000 ? special : magnitude < 0x3880_0000 ? subnormal : normal
    return sign | UInt16(truncatingIfNeeded: result)
}

/// Rounds to the nearest bf16 number, ties to even.
@inline(__always)
func bfloat16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let rounded = (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16
    // Rounding would turn some NaNs into infinity or zero.
    let quiet = bits >> 16 | 0x40
    return UInt16(truncatingIfNeeded: bits & 0x7FFF_FFFF > 0x7F80_0000 ? quiet : rounded)
}
