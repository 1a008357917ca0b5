import CTenorVector

/// The left factor of products, [tokens, width], in the format that the precision requires.
package enum Factor {
    case plain(Rows)
    case half(BF16Rows)
    case bytes(ByteRows)

    /// Converts x to the precision's format.
    init(_ x: Rows, _ precision: Precision, _ arena: Arena) {
        self =
            switch precision {
            case .fp32: .plain(x)
            case .bf16: .half(BF16Rows(rounding: x, arena))
            case .int8: .bytes(ByteRows(quantizing: x, arena))
            }
    }

    /// Allocates a factor of this precision, uninitialized.
    init(_ precision: Precision, _ count: Int, _ width: Int, _ arena: Arena) {
        self =
            switch precision {
            case .fp32: .plain(arena.rows(count, width))
            case .bf16: .half(BF16Rows(count, width, arena))
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

/// A matrix whose rows are stored as int8: scales[i] · bytes[i, j] approximates element (i, j), rounded to the nearest of 255 levels
/// between plus and minus the row's largest magnitude. With `.columns` the same holds for its columns, with scales[j].
package struct ByteMatrix: Sendable {
    package let rows: Int
    package let columns: Int
    /// Row-major.
    package let bytes: [Int8]
    package let scales: [Float]
    /// Whether each scale belongs to a row or to a column.
    private let axis: ParameterTable.Axis

    package init(rows: Int, columns: Int, bytes: [Int8], scales: [Float], along axis: ParameterTable.Axis = .rows) {
        precondition(bytes.count == rows * columns && scales.count == (axis == .rows ? rows : columns))
        (self.rows, self.columns, self.bytes, self.scales, self.axis) = (rows, columns, bytes, scales, axis)
    }

    package init(quantizing matrix: Rows, along axis: ParameterTable.Axis = .rows) {
        if axis == .columns {
            let transposed = Self(quantizing: matrix.transposed.view)
            let bytes = Array(unsafeUninitializedCapacity: transposed.bytes.count) { bytes, count in
                transpose(transposed.bytes, transposed.rows, transposed.columns, into: bytes.baseAddress!)
                count = transposed.bytes.count
            }
            self.init(rows: matrix.count, columns: matrix.width, bytes: bytes, scales: transposed.scales, along: .columns)
            return
        }
        var bytes = Array(repeating: Int8(0), count: matrix.elementCount)
        var scales = Array(repeating: Float(0), count: matrix.count)
        var sums = Array(repeating: Int32(0), count: matrix.count)
        vector_quantize_weights(matrix.base, &bytes, &scales, &sums, matrix.count, matrix.width)
        withExtendedLifetime(matrix) {}
        self.init(rows: matrix.count, columns: matrix.width, bytes: bytes, scales: scales)
    }

    /// The matrix in fp32. Quantizing it again gives the same int8 values.
    package var matrix: Matrix {
        Matrix(rows: rows, columns: columns) { target in
            for row in 0..<rows {
                for column in 0..<columns {
                    let index = row * columns + column
                    target[index] = Float(bytes[index]) * scales[axis == .rows ? row : column]
                }
            }
        }
    }
}

/// Transposes a matrix, in square blocks that fit in the cache.
private func transpose<Element>(_ from: UnsafePointer<Element>, _ rows: Int, _ columns: Int, into to: UnsafeMutablePointer<Element>) {
    let side = 32
    for top in stride(from: 0, to: rows, by: side) {
        for left in stride(from: 0, to: columns, by: side) {
            for row in top..<min(top + side, rows) {
                for column in left..<min(left + side, columns) { to[column * rows + row] = from[row * columns + column] }
            }
        }
    }
}

extension Rows {
    /// A transposed copy.
    var transposed: Matrix {
        Matrix(rows: width, columns: count) { transpose(base, count, width, into: $0.baseAddress!) }
    }
}
