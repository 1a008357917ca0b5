import TenorFiles

/// The results of a model on rows whose right answers are known, for each kind of answer.
package enum Results: Sendable, Equatable {
    case labels(Metrics)
    case sets(MultiLabelMetrics)
    case numbers(RegressionMetrics)

    package var rows: Int {
        switch self {
        case .labels(let metrics): metrics.confusion.rows
        case .sets(let metrics): metrics.rows
        case .numbers(let metrics): metrics.rows
        }
    }

    /// What training minimizes: the mean -ln p, binary cross-entropy or squared error.
    package var loss: Double {
        switch self {
        case .labels(let metrics): metrics.nll
        case .sets(let metrics): metrics.loss
        case .numbers(let metrics): metrics.mse
        }
    }

    /// The figures for all labels together. Their size does not depend on the number of labels.
    package var summary: JSON {
        switch self {
        case .labels(let metrics): metrics.summary
        case .sets(let metrics): metrics.summary
        case .numbers(let metrics): metrics.summary
        }
    }

    /// The text of `metrics.json`.
    package var json: String {
        switch self {
        case .labels(let metrics): metrics.json
        case .sets(let metrics): metrics.values.serialized(.readable) + "\n"
        case .numbers(let metrics): metrics.values.serialized(.readable) + "\n"
        }
    }
}
