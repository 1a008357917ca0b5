/// The figures that sum up all classes, in the order in which they are shown.
package enum HeadlineFigure: String, Sendable, CaseIterable {
    case accuracy
    case macroF1 = "macro_f1"
    case weightedF1 = "weighted_f1"
    case mcc
    case auroc
    case nll
    case brier
    case ece

    package var name: String {
        switch self {
        case .accuracy: "accuracy"
        case .macroF1: "macro F1"
        case .weightedF1: "weighted F1"
        case .mcc: "MCC"
        case .auroc: "AUROC"
        case .nll: "NLL"
        case .brier: "Brier"
        case .ece: "ECE"
        }
    }

    /// Nil for an AUROC that is not defined or not computed.
    package func value(of metrics: Metrics) -> Double? {
        switch self {
        case .accuracy: metrics.confusion.accuracy
        case .macroF1: metrics.confusion.macroF1
        case .weightedF1: metrics.confusion.weightedF1
        case .mcc: metrics.confusion.matthewsCorrelation
        case .auroc: metrics.auroc
        case .nll: metrics.nll
        case .brier: metrics.brier
        case .ece: metrics.ece
        }
    }
}
