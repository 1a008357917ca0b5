import CTenorVector

/// Reduces the hidden states of each sequence's tokens to one vector.
package enum Pooling: String, Sendable, CaseIterable {
    /// The first token's state.
    case first = "cls"
    /// The mean of all tokens' states.
    case mean
    /// The mean of all tokens' states, divided by its length: sentence-transformers' `Pooling` followed by `Normalize`.
    case unitMean = "unit-mean"
    /// The last token's state.
    case last

    /// Whether this is the mean of all tokens' states, whatever its length.
    package var isMean: Bool { self == .mean || self == .unitMean }

    /// [tokens, width] -> [sequences, width].
    package func forward(_ x: Rows, _ pass: Pass) -> (Rows, Backward) {
        let sequences = pass.sequences
        let y = pass.arena.rows(sequences.count, x.width)
        for index in 0..<sequences.count {
            let range = sequences.range(index)
            switch self {
            case .first: y.row(index).update(from: x.row(range.lowerBound), count: x.width)
            case .last: y.row(index).update(from: x.row(range.upperBound - 1), count: x.width)
            case .mean, .unitMean:
                y[index..<index + 1].clear()
                for token in range { vector_add(x.row(token), y.row(index), x.width) }
                for column in 0..<x.width { y.row(index)[column] /= Float(range.count) }
            }
        }
        let lengths = self == .unitMean ? Self.normalize(y) : []
        return (
            y,
            { dy, _ in
                let dx = pass.arena.rows(x.count, x.width)
                if self == .unitMean { Self.backward(throughUnits: y, lengths, dy) }
                if self == .first || self == .last { dx.clear() }
                for index in 0..<sequences.count {
                    let range = sequences.range(index)
                    switch self {
                    case .first: dx.row(range.lowerBound).update(from: dy.row(index), count: x.width)
                    case .last: dx.row(range.upperBound - 1).update(from: dy.row(index), count: x.width)
                    case .mean, .unitMean:
                        for column in 0..<x.width { dy.row(index)[column] /= Float(range.count) }
                        for token in range { dx.row(token).update(from: dy.row(index), count: x.width) }
                    }
                }
                return dx
            }
        )
    }

    /// y / ‖y‖ in place, row by row. Returns the lengths, at least 1e-12 as in PyTorch's `normalize`.
    private static func normalize(_ y: Rows) -> [Float] {
        (0..<y.count).map { row in
            let length = max(vector_square_sum(y.row(row), y.width).squareRoot(), 1e-12)
            for column in 0..<y.width { y.row(row)[column] = Float(Double(y.row(row)[column]) / length) }
            return Float(length)
        }
    }

    /// dy - y (y · dy), divided by the length, in place: the gradient for what was normalized to y.
    private static func backward(throughUnits y: Rows, _ lengths: [Float], _ dy: Rows) {
        for (row, length) in lengths.enumerated() {
            var along: Float = 0
            for column in 0..<y.width { along += y.row(row)[column] * dy.row(row)[column] }
            for column in 0..<y.width { dy.row(row)[column] = (dy.row(row)[column] - along * y.row(row)[column]) / length }
        }
    }
}
