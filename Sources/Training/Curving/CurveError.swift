import TenorMeasuring

/// Why there is no learning curve of a corpus.
package enum CurveError: Error, Equatable, CustomStringConvertible {
    /// No label has enough rows.
    ///
    /// - Parameter most: the number of rows of the most frequent label that are not test rows.
    case tooFewRows(source: String, most: Int)

    package var description: String {
        switch self {
        case .tooFewRows(let source, let most):
            "\(source): besides the test rows the most frequent label has \(counted(most, "row")), "
                + "at least \(CurveRows.firstSize) are needed"
        }
    }
}
