/// The index of the highest score; of equal ones the first. NaN is higher than nothing.
package func highest(_ scores: some RandomAccessCollection<some BinaryFloatingPoint>) -> Int {
    var best = 0
    for (index, score) in scores.enumerated() where score > scores[scores.index(scores.startIndex, offsetBy: best)] { best = index }
    return best
}

/// The indices of all scores, the highest first; of equal ones the first.
package func ranking(_ scores: [Double]) -> [Int] {
    scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
}
