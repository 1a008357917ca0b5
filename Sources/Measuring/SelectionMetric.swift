/// The metric that the best epoch is chosen by. Each is for some kinds of ``Results``.
package enum SelectionMetric: String, Sendable, CaseIterable {
    case accuracy
    case macroF1 = "macro-f1"
    case weightedF1 = "weighted-f1"
    case mcc
    case nll
    case auroc
    case microF1 = "micro-f1"
    case sampleF1 = "samples-f1"
    case averagePrecision = "average-precision"
    case subsetAccuracy = "subset-accuracy"
    case rmse
    case mae
    case r2
    case pearson
    case spearman

    /// For one label for each text, the usual one first.
    package static let forLabels: [SelectionMetric] = [.accuracy, .macroF1, .weightedF1, .mcc, .nll, .auroc]
    /// For any number of labels for each text, the usual one first.
    package static let forSets: [SelectionMetric] = [.microF1, .macroF1, .weightedF1, .sampleF1, .averagePrecision, .subsetAccuracy, .nll]
    /// For numbers, the usual one first.
    package static let forNumbers: [SelectionMetric] = [.rmse, .mae, .r2, .pearson, .spearman]

    /// Nil if it is not for results of this kind, or if the rows do not determine it: an AUROC without rows of every class.
    package func value(of results: Results) -> Double? {
        switch results {
        case .labels(let metrics): value(of: metrics)
        case .sets(let metrics): value(of: metrics)
        case .numbers(let metrics): value(of: metrics)
        }
    }

    package func value(of metrics: Metrics) -> Double? {
        switch self {
        case .accuracy: metrics.confusion.accuracy
        case .macroF1: metrics.confusion.macroF1
        case .weightedF1: metrics.confusion.weightedF1
        case .mcc: metrics.confusion.matthewsCorrelation
        case .nll: metrics.nll
        case .auroc: metrics.auroc
        default: nil
        }
    }

    private func value(of metrics: MultiLabelMetrics) -> Double? {
        switch self {
        case .microF1: metrics.microF1
        case .macroF1: metrics.macroF1
        case .weightedF1: metrics.weightedF1
        case .sampleF1: metrics.sampleF1
        case .averagePrecision: metrics.meanAveragePrecision
        case .subsetAccuracy: metrics.subsetAccuracy
        case .nll: metrics.loss
        default: nil
        }
    }

    private func value(of metrics: RegressionMetrics) -> Double? {
        switch self {
        case .rmse: metrics.rmse
        case .mae: metrics.mae
        case .r2: metrics.r2
        case .pearson: metrics.pearson
        case .spearman: metrics.spearman
        default: nil
        }
    }

    /// Whether a lower value is better.
    package var isBetterLower: Bool { [.nll, .rmse, .mae].contains(self) }

    /// Whether `new` beats `best`. Any number beats nil, NaN and an undefined value; those beat nothing.
    package func isBetter(_ new: Results, than best: Results?) -> Bool {
        guard let new = value(of: new), !new.isNaN else { return false }
        guard let best = best.flatMap(value), !best.isNaN else { return true }
        return isBetterLower ? new < best : new > best
    }
}
