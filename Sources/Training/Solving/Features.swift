import TenorLayers

/// The inputs of a classifier, one row per text, and how they are standardized: x' = (x - mean) / scale.
///
/// The rows stay as they are: a classifier on x' is one on x with other weights.
package struct Features: Sendable {
    /// Each [1, width].
    package let rows: [Rows]
    package let width: Int
    /// [width], or zeros if the classifier has no bias to fold it into.
    let mean: [Double]
    /// √(mean squared length of x - mean). Then C means the same for every base.
    let scale: Double

    /// - Parameter isCentered: whether the mean of the rows is subtracted.
    package init(_ rows: [Rows], isCentered: Bool) {
        precondition(!rows.isEmpty)
        self.rows = rows
        let width = rows[0].width
        self.width = width
        var mean = Array(repeating: 0.0, count: width)
        if isCentered {
            for row in rows { for column in 0..<width { mean[column] += Double(row.base[column]) } }
            for column in 0..<width { mean[column] /= Double(rows.count) }
        }
        var squares = 0.0
        for row in rows {
            for column in 0..<width {
                let difference = Double(row.base[column]) - mean[column]
                squares += difference * difference
            }
        }
        self.mean = mean
        // Identical texts have no spread.
        scale = squares > 0 ? (squares / Double(rows.count)).squareRoot() : 1
    }

    private init(_ rows: [Rows], like other: Features) {
        (self.rows, width, mean, scale) = (rows, other.width, other.mean, other.scale)
    }

    /// Some of the rows, standardized in the same way.
    subscript(indices: [Int]) -> Features { Features(indices.map { rows[$0] }, like: self) }
}
