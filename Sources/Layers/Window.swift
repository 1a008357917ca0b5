import CTenorVector

/// A submatrix or its transpose: element (i, j) is `base[i * rowStride + j * columnStride]`, and one of the strides is 1.
struct Window {
    fileprivate let base: UnsafeMutablePointer<Float>
    fileprivate let rows: Int
    fileprivate let columns: Int
    fileprivate let rowStride: Int
    fileprivate let columnStride: Int

    var transposed: Window {
        Window(base: base, rows: columns, columns: rows, rowStride: columnStride, columnStride: rowStride)
    }
}

extension Rows {
    func window(_ rows: Range<Int>, _ columns: Range<Int>) -> Window {
        assert(rows.lowerBound >= 0 && rows.upperBound <= count && columns.lowerBound >= 0 && columns.upperBound <= width)
        return Window(
            base: row(rows.lowerBound) + columns.lowerBound, rows: rows.count, columns: columns.count, rowStride: width, columnStride: 1)
    }

    var window: Window { window(0..<count, 0..<width) }

    /// The number of columns rounded up to whole vectors, for which ``multiply(_:_:scale:into:adding:_:)`` is fastest.
    static func paddedWidth(_ columns: Int) -> Int { (columns + 15) / 16 * 16 }

    /// The transpose, padded on the right with at least one vector of undefined columns: a window of `paddedWidth(n)` columns may start at
    /// any column that is followed by n.
    func transposed(_ arena: Arena) -> Rows {
        let y = arena.rows(width, Self.paddedWidth(count) + 16)
        vector_transpose(base, width, y.base, y.width, count, width)
        return y
    }
}

/// c = scale · a b, or c += scale · a b with `adding`, in fp32. c is not transposed. A row of c does not depend on the other rows of a.
///
/// - Parameter arena: for scratch memory, which is released again.
func multiply(_ a: Window, _ b: Window, scale: Float = 1, into c: Window, adding: Bool = false, _ arena: Arena) {
    assert(a.columns == b.rows && c.rows == a.rows && c.columns == b.columns && c.columnStride == 1)
    let mark = arena.mark
    let scratch = arena.rows(1, multiply_scratch(b.rows))
    vector_multiply(
        a.base, a.rowStride, a.columnStride, b.base, b.rowStride, b.columnStride, scale, c.base, c.rowStride, c.rows, c.columns, b.rows,
        adding ? 1 : 0, scratch.base)
    arena.release(to: mark)
}
