import ArgumentParser
import TenorMeasuring

/// Rows do not determine a figure, such as R² where all numbers are equal.
struct TooFewRows: Error, CustomStringConvertible {
    let corpus: String
    let figure: SelectionMetric

    var description: String { "\(corpus): its rows do not determine the \(figure.rawValue), rows that differ are needed" }
}
