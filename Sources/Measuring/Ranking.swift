/// The index of the highest score, the first if several are equal. NaN is not higher than anything.
package func highest(_ scores: some RandomAccessCollection<some BinaryFloatingPoint>) -> Int {
    var best = 0
    for (index, score) in scores.enumerated() where score > scores[scores.index(scores.startIndex, offsetBy: best)] { best = index }
    return best
}

/// The indices of all scores, highest first. Equal scores keep their order.
package func ranking(_ scores: [Double]) -> [Int] {
    scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
}
