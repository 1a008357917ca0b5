import CTenorVector

/// A view of `[count, width]` bf16 numbers in an arena.
package struct BF16Rows: @unchecked Sendable {
    let base: UnsafeMutablePointer<UInt16>
    let count: Int
    let width: Int

    /// Not filled.
    init(_ count: Int, _ width: Int, _ arena: Arena) {
        let floats = (count * width + 1) / 2
        base = UnsafeMutableRawPointer(arena.rows(1, floats).base).assumingMemoryBound(to: UInt16.self)
        (self.count, self.width) = (count, width)
    }

    init(rounding x: Rows, _ arena: Arena) {
        self.init(x.count, x.width, arena)
        round(x, at: 0)
    }

    /// Fills the rows that begin with `first`.
    func round(_ x: Rows, at first: Int) { vector_to_bf16(x.base, base + first * width, x.elementCount) }
}
