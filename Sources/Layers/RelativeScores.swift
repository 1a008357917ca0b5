/// An attention score term that depends on content and distance: s[i, j] += scale · x · r[row(i - j)] per head, where x is the query's row
/// i ("content to position" in He et al. 2021, the position term in Dai et al. 2019) or the key's row j ("position to content").
/// The products with all rows of r are computed first, [n, rows]; each pair of tokens then looks up its own.
package struct RelativeScores {
    package enum Side: Sendable { case query, key }

    private let side: Side
    private let x: Rows
    private let r: Rows
    /// rᵀ, computed once for all sequences and heads.
    private let rTransposed: Rows
    private let distances: Distances
    private let attention: Attention
    private let pass: Pass
    /// The gradients of x and r, complete once attention's backward pass is done; nil if there will be no backward pass.
    package let gradients: (dx: Rows, dr: Rows)?

    /// - Parameters:
    ///   - x: [tokens, heads · headWidth].
    ///   - r: the table's rows `distances.rows`, [rows, heads · headWidth].
    package init(_ side: Side, _ x: Rows, _ r: Rows, _ distances: Distances, in attention: Attention, _ pass: Pass) {
        self.side = side
        self.x = x
        self.r = r
        rTransposed = r.transposed(pass.arena)
        self.distances = distances
        self.attention = attention
        self.pass = pass
        guard pass.keepsTape else {
            gradients = nil
            return
        }
        let (dx, dr) = (pass.arena.rows(x.count, x.width), pass.arena.rows(r.count, r.width))
        dr.clear()
        gradients = (dx, dr)
    }

    /// scores += this term, [n, n].
    package func add(to scores: Rows, sequence: Int, head: Int) {
        let n = scores.count
        let (tokens, rows, columns) = place(sequence, head)
        withProducts(n, rows.count) { p in
            let positions = rTransposed.window(columns, rows.lowerBound..<rows.lowerBound + p.width)
            multiply(x.window(tokens, columns), positions, scale: attention.scale, into: p.window, pass.arena)
            each(n, rows, p.width) { pair, product in scores.base[pair] += p.base[product] }
        }
    }

    /// Adds the gradient [n, n] of the scores to ``gradients``.
    package func collect(_ dScores: Rows, sequence: Int, head: Int) {
        let n = dScores.count
        let (dx, dr) = gradients!
        let (tokens, rows, columns) = place(sequence, head)
        withProducts(n, rows.count) { dp in
            dp.clear()
            each(n, rows, dp.width) { pair, product in dp.base[product] += dScores.base[pair] }
            let gradient = dp.window(0..<n, 0..<rows.count)
            multiply(gradient, r.window(rows, columns), scale: attention.scale, into: dx.window(tokens, columns), pass.arena)
            multiply(
                gradient.transposed, x.window(tokens, columns), scale: attention.scale, into: dr.window(rows, columns), adding: true,
                pass.arena)
        }
    }

    /// The tokens of a sequence, the rows of r that it needs, and the columns of a head.
    private func place(_ sequence: Int, _ head: Int) -> (tokens: Range<Int>, rows: Range<Int>, columns: Range<Int>) {
        let tokens = pass.sequences.range(sequence)
        let rows = distances.rows(tokens.count)
        let first = distances.rows.lowerBound
        return (tokens, rows.lowerBound - first..<rows.upperBound - first, attention.columns(head))
    }

    /// Scratch for [n, rows], with padding columns up to a whole vector.
    private func withProducts(_ n: Int, _ rows: Int, _ body: (Rows) -> Void) {
        let mark = pass.arena.mark
        body(pass.arena.rows(n, Rows.paddedWidth(rows)))
        pass.arena.release(to: mark)
    }

    /// Calls `body` for all pairs of tokens with the index of the pair in the scores and the index of its product.
    @inline(__always)
    private func each(_ n: Int, _ rows: Range<Int>, _ width: Int, _ body: (_ pair: Int, _ product: Int) -> Void) {
        let first = rows.lowerBound + distances.rows.lowerBound
        distances.withRows { row in
            for i in 0..<n {
                for j in 0..<n {
                    body(i * n + j, (side == .query ? i : j) * width + Int(row[i - j]) - first)
                }
            }
        }
    }
}

extension Attention {
    /// The columns of one head.
    func columns(_ head: Int) -> Range<Int> { head * headWidth..<(head + 1) * headWidth }
}

extension Dropout {
    /// Dropout on a table of positions whose first row has number `row`. It works on a copy, because the table is shared. The row number
    /// enters the dropout key, so that micro-batches that need different rows agree on those they share.
    package func forward(positions x: Rows, from row: Int, _ pass: Pass) -> (Rows, Backward) {
        guard pass.dropoutKey != nil else { return (x, { dy, _ in dy }) }
        let copy = pass.arena.rows(x.count, x.width)
        copy.copy(from: x)
        let place = Sequences(ids: [], starts: [0], firstToken: row)
        var positions = Pass(
            weights: pass.weights, products: pass.products, sequences: place, arena: pass.arena, keepsTape: pass.keepsTape,
            dropoutKey: pass.dropoutKey)
        positions.layer = pass.layer
        return forward(copy, positions)
    }
}
