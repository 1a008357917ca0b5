/// How numbers are standardized for training: y' = (y - mean) / deviation, for each output by itself.
package struct OutputScale: Sendable, Equatable {
    package let means: [Double]
    /// Standard deviations; 1 where all values are equal.
    package let deviations: [Double]

    /// The scale of these rows' numbers.
    package init(_ rows: [[Double]]) {
        let count = Double(max(rows.count, 1))
        let columns = (rows.first ?? []).indices
        let means = columns.map { column in rows.reduce(0) { $0 + $1[column] } / count }
        deviations = columns.map { column in
            let squares = rows.reduce(0) { $0 + ($1[column] - means[column]) * ($1[column] - means[column]) }
            return squares > 0 ? (squares / count).squareRoot() : 1
        }
        self.means = means
    }

    package func standardized(_ values: [Double]) -> [Double] { values.indices.map { (values[$0] - means[$0]) / deviations[$0] } }

    package func restored(_ values: [Double]) -> [Double] { values.indices.map { values[$0] * deviations[$0] + means[$0] } }
}
