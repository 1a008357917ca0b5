import CTenorVector

/// The left factor of products, [tokens, width], in the form in which the precision at hand multiplies it.
package enum Factor {
    case plain(Rows)
    case half(HalfRows)
    case bytes(ByteRows)

    /// x, rounded where the precision says so.
    init(_ x: Rows, _ precision: Precision, _ arena: Arena) {
        self =
            switch precision {
            case .fp32: .plain(x)
            case .bf16: .half(HalfRows(rounding: x, arena))
            case .int8: .bytes(ByteRows(quantizing: x, arena))
            }
    }

    /// Memory for a factor of this precision.
    init(_ precision: Precision, _ count: Int, _ width: Int, _ arena: Arena) {
        self =
            switch precision {
            case .fp32: .plain(arena.rows(count, width))
            case .bf16: .half(HalfRows(count, width, arena))
            case .int8: .bytes(ByteRows(count, width, arena))
            }
    }

    var count: Int {
        switch self {
        case .plain(let rows): rows.count
        case .half(let rows): rows.count
        case .bytes(let rows): rows.count
        }
    }

    var width: Int {
        switch self {
        case .plain(let rows): rows.width
        case .half(let rows): rows.width
        case .bytes(let rows): rows.width
        }
    }
}

/// A window onto `[count, width]` numbers in bfloat16, in an arena.
package struct HalfRows: @unchecked Sendable {
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

/// A window onto rows of bytes, in an arena: scale · (byte - zero) is about the number, with a scale and a zero for each row.
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

/// A matrix whose rows are kept in bytes: scales[i] · bytes[i, j] is about element (i, j), and as near to it as 255 steps from the row's
/// largest magnitude to its negative can be.
package struct ByteMatrix: Sendable {
    package let rows: Int
    package let columns: Int
    /// Row-major.
    package let bytes: [Int8]
    package let scales: [Float]

    package init(rows: Int, columns: Int, bytes: [Int8], scales: [Float]) {
        precondition(bytes.count == rows * columns && scales.count == rows)
        (self.rows, self.columns, self.bytes, self.scales) = (rows, columns, bytes, scales)
    }

    package init(quantizing matrix: Rows) {
        var bytes = Array(repeating: Int8(0), count: matrix.elementCount)
        var scales = Array(repeating: Float(0), count: matrix.count)
        var sums = Array(repeating: Int32(0), count: matrix.count)
        vector_quantize_weights(matrix.base, &bytes, &scales, &sums, matrix.count, matrix.width)
        withExtendedLifetime(matrix) {}
        self.init(rows: matrix.count, columns: matrix.width, bytes: bytes, scales: scales)
    }

    /// In floats. Quantized again it gives the same bytes.
    package var matrix: Matrix {
        Matrix(rows: rows, columns: columns) { target in
            for row in 0..<rows {
                for index in row * columns..<(row + 1) * columns { target[index] = Float(bytes[index]) * scales[row] }
            }
        }
    }
}
