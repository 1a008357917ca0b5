/// The area under the ROC curve: the probability that a row of the class scores higher than one of the others, with ties counted as half.
///
/// Nil if there are no rows of the class, none of the others, or if a score is NaN.
package func auroc(scores: [Double], isPositive: [Bool]) -> Double? {
    let positives = isPositive.count { $0 }
    let negatives = isPositive.count - positives
    guard positives > 0, negatives > 0, !scores.contains(where: \.isNaN) else { return nil }
    // The Mann-Whitney statistic: the sum of the positives' ranks, where equal scores share their mean rank.
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var rankSum = 0.0
    var start = 0
    while start < order.count {
        var end = start + 1
        while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
        let meanRank = Double(start + 1 + end) / 2
        rankSum += meanRank * Double(order[start..<end].count { isPositive[$0] })
        start = end
    }
    let smallest = Double(positives) * Double(positives + 1) / 2
    return (rankSum - smallest) / (Double(positives) * Double(negatives))
}
