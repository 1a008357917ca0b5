import CTenorVector

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
