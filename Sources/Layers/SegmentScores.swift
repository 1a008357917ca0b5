/// An attention score term for whether two tokens are in the same segment: s[i, j] += scale · x_i · S[same(i, j) ? 0 : 1] per head. The
/// last token of a sequence is its own segment, as in XLNet: its <cls> has type 2, those of a text type 0, those of a second text type 1, and
/// only equality counts.
package struct SegmentScores {
    private let x: Rows
    private let s: Rows
    private let sTransposed: Rows
    private let attention: Attention
    private let pass: Pass
    /// The gradients of x and S, complete once attention's backward pass is done; nil if there will be no backward pass.
    package let gradients: (dx: Rows, ds: Rows)?

    /// - Parameters:
    ///   - x: [tokens, heads · headWidth].
    ///   - s: S, [2, heads · headWidth].
    package init(_ x: Rows, _ s: Rows, in attention: Attention, _ pass: Pass) {
        self.x = x
        self.s = s
        sTransposed = s.transposed(pass.arena)
        self.attention = attention
        self.pass = pass
        guard pass.keepsTape else {
            gradients = nil
            return
        }
        let (dx, ds) = (pass.arena.rows(x.count, x.width), pass.arena.rows(s.count, s.width))
        ds.clear()
        gradients = (dx, ds)
    }

    /// scores += this term, [n, n].
    package func add(to scores: Rows, sequence: Int, head: Int) {
        let n = scores.count
        let types = types(sequence, n)
        let (tokens, columns) = (pass.sequences.range(sequence), attention.columns(head))
        // Padded to a whole vector; only the first two columns count.
        withProducts(n, Rows.paddedWidth(2)) { p in
            let segments = sTransposed.window(columns, 0..<p.width)
            multiply(x.window(tokens, columns), segments, scale: attention.scale, into: p.window, pass.arena)
            for i in 0..<n {
                for j in 0..<n { scores.row(i)[j] += p.row(i)[types[i] == types[j] ? 0 : 1] }
            }
        }
    }

    /// Adds the gradient [n, n] of the scores to ``gradients``.
    package func collect(_ dScores: Rows, sequence: Int, head: Int) {
        let n = dScores.count
        let types = types(sequence, n)
        let (dx, ds) = gradients!
        let (tokens, columns) = (pass.sequences.range(sequence), attention.columns(head))
        withProducts(n, 2) { dp in
            dp.clear()
            for i in 0..<n {
                for j in 0..<n { dp.row(i)[types[i] == types[j] ? 0 : 1] += dScores.row(i)[j] }
            }
            multiply(dp.window, s.window(0..<2, columns), scale: attention.scale, into: dx.window(tokens, columns), pass.arena)
            multiply(
                dp.window.transposed, x.window(tokens, columns), scale: attention.scale, into: ds.window(0..<2, columns), adding: true,
                pass.arena)
        }
    }

    /// The token types of a sequence of n tokens.
    private func types(_ sequence: Int, _ n: Int) -> [UInt8] {
        let second = pass.sequences.second(sequence)
        return (0..<n).map { $0 == n - 1 ? 2 : $0 < second ? 0 : 1 }
    }

    private func withProducts(_ n: Int, _ width: Int, _ body: (Rows) -> Void) {
        let mark = pass.arena.mark
        body(pass.arena.rows(n, width))
        pass.arena.release(to: mark)
    }
}
