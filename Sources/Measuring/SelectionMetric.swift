/// The metric that the best epoch is chosen by.
package enum SelectionMetric: String, Sendable, CaseIterable {
    case accuracy
    case macroF1 = "macro-f1"
    case weightedF1 = "weighted-f1"
    case mcc
    case nll
    case auroc

    /// Nil if the rows do not determine it: an AUROC without rows of every class.
    package func value(of metrics: Metrics) -> Double? {
        switch self {
        case .accuracy: metrics.confusion.accuracy
        case .macroF1: metrics.confusion.macroF1
        case .weightedF1: metrics.confusion.weightedF1
        case .mcc: metrics.confusion.matthewsCorrelation
        case .nll: metrics.nll
        case .auroc: metrics.auroc
        }
    }

    /// Whether `new` beats `best`. Any number beats nil, NaN and an undefined value; those beat nothing.
    package func isBetter(_ new: Metrics, than best: Metrics?) -> Bool {
        guard let new = value(of: new), !new.isNaN else { return false }
        guard let best = best.flatMap(value), !best.isNaN else { return true }
        return self == .nll ? new < best : new > best
    }
}
