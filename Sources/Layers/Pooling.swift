import CTenorVector

/// Reduces the hidden states of each sequence's tokens to one vector.
package enum Pooling: String, Sendable, CaseIterable {
    /// The first token's state.
    case first = "cls"
    /// The mean of all tokens' states.
    case mean
    /// The last token's state.
    case last

    /// [tokens, width] -> [sequences, width].
    package func forward(_ x: Rows, _ pass: Pass) -> (Rows, Backward) {
        let sequences = pass.sequences
        let y = pass.arena.rows(sequences.count, x.width)
        for index in 0..<sequences.count {
            let range = sequences.range(index)
            switch self {
            case .first: y.row(index).update(from: x.row(range.lowerBound), count: x.width)
            case .last: y.row(index).update(from: x.row(range.upperBound - 1), count: x.width)
            case .mean:
                y[index..<index + 1].clear()
                for token in range { vector_add(x.row(token), y.row(index), x.width) }
                for column in 0..<x.width { y.row(index)[column] /= Float(range.count) }
            }
        }
        return (
            y,
            { dy, _ in
                let dx = pass.arena.rows(x.count, x.width)
                if self != .mean { dx.clear() }
                for index in 0..<sequences.count {
                    let range = sequences.range(index)
                    switch self {
                    case .first: dx.row(range.lowerBound).update(from: dy.row(index), count: x.width)
                    case .last: dx.row(range.upperBound - 1).update(from: dy.row(index), count: x.width)
                    case .mean:
                        for column in 0..<x.width { dy.row(index)[column] /= Float(range.count) }
                        for token in range { dx.row(token).update(from: dy.row(index), count: x.width) }
                    }
                }
                return dx
            }
        )
    }
}
