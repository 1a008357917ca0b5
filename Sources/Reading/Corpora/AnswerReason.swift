import TenorFiles

/// Why a corpus was not taken for one with a label for each row, where nobody said what it holds.
package enum AnswerReason: Sendable, Equatable {
    /// Rows with no label or several of them.
    case lists(rows: Int, of: Int)
    /// Several label columns that hold 0 and 1.
    case flags([String])
    /// Several label columns that hold other numbers.
    case columns([String])
    /// One column of numbers with fractions.
    case fractions(column: String, values: Int)
}

extension AnswerReason: CustomStringConvertible {
    package var description: String {
        switch self {
        case .lists(let rows, let all): "\(rows) of \(all) rows have no label or several: any number of labels for each text"
        case .flags(let columns): "the columns \(quoted(columns)) hold 0 and 1: any number of these labels for each text"
        case .columns(let columns): "the columns \(quoted(columns)) hold numbers: a regression"
        case .fractions(let column, let values):
            "the column \(quoted(column)) holds \(values) different numbers, some with a fraction: a regression"
        }
    }
}
