import CTenorVector

/// A view of rows of 8-bit integers in an arena: scale · (byte - zero) approximates the number, with one scale and one zero point per row.
package struct ByteRows: @unchecked Sendable {
    let base: UnsafeMutablePointer<UInt8>
    let count: Int
    let width: Int
    let scales: UnsafeMutablePointer<Float>
    let zeros: UnsafeMutablePointer<Int32>

    /// Not filled.
    init(_ count: Int, _ width: Int, _ arena: Arena) {
        (self.count, self.width) = (count, width)
        scales = arena.rows(1, count).base
        zeros = UnsafeMutableRawPointer(arena.rows(1, count).base).assumingMemoryBound(to: Int32.self)
        let floats = (count * width + 3) / 4
        base = UnsafeMutableRawPointer(arena.rows(1, floats).base).assumingMemoryBound(to: UInt8.self)
    }

    init(quantizing x: Rows, _ arena: Arena) {
        self.init(x.count, x.width, arena)
        quantize(x, at: 0)
    }

    /// Fills the rows that begin with `first`.
    func quantize(_ x: Rows, at first: Int) {
        vector_quantize(x.base, base + first * width, scales + first, zeros + first, x.count, width)
    }
}
