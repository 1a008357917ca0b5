/// Eight bytes tested together, the first in the lowest position. Each test sets the top bit of every matching byte; borrows may set bits
/// above the first match.
struct EightBytes {
    private let bits: UInt64
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops = ones << 7

    @inline(__always)
    init(_ bits: UInt64) { self.bits = bits }

    @inline(__always)
    func equal(to byte: UInt8) -> UInt64 {
        let differences = bits ^ (Self.ones &* UInt64(byte))
        return (differences &- Self.ones) & ~differences & Self.tops
    }

    /// `bound` must be at most 0x80.
    @inline(__always)
    func below(_ bound: UInt8) -> UInt64 { (bits &- Self.ones &* UInt64(bound)) & ~bits & Self.tops }
}
