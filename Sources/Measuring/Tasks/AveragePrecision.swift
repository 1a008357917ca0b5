/// The average precision, as scikit-learn's `average_precision_score`; see ``RankedScores/averagePrecision``. 0 if no row is positive; nil if a
/// score is NaN.
package func averagePrecision(scores: [Double], isPositive: [Bool]) -> Double? {
    RankedScores(scores, isPositive).map { $0.averagePrecision ?? 0 }
}
