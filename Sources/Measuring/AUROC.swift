/// The area under the ROC curve: the probability that a row of the class scores higher than one of the others, with ties counted as half.
///
/// Nil if there are no rows of the class, none of the others, or if a score is NaN.
package func auroc(scores: [Double], isPositive: [Bool]) -> Double? { RankedScores(scores, isPositive)?.areaUnderROC() }
