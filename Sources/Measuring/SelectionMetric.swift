/// What the best epoch is best by.
package enum SelectionMetric: String, Sendable, CaseIterable {
    case accuracy
    case macroF1 = "macro-f1"
    case weightedF1 = "weighted-f1"
    case mcc
    case nll
    case auroc

    /// Nil where the rows do not determine it: an AUROC without rows of every class.
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

    /// Whether `new` beats `best`. Anything beats nothing; what is not a number, or not determined, beats nothing, and any number beats it.
    package func isBetter(_ new: Metrics, than best: Metrics?) -> Bool {
        guard let new = value(of: new), !new.isNaN else { return false }
        guard let best = best.flatMap(value), !best.isNaN else { return true }
        return self == .nll ? new < best : new > best
    }
}
