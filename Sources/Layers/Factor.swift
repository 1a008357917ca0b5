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

/// Transposes a matrix, in square blocks that fit in the cache.
func transpose<Element>(_ from: UnsafePointer<Element>, _ rows: Int, _ columns: Int, into to: UnsafeMutablePointer<Element>) {
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
