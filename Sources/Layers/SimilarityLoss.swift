/// A loss of all pairs of a batch's states, which draws states of equal labels together and pushes others apart: the squared error of the
/// cosine similarity s against 1 for equal labels and 0 for others, as in sentence-transformers' `CosineSimilarityLoss`, with half the weight
/// for either kind,
///
///     L = ½ mean (s - 1)² + ½ mean s²
package enum SimilarityLoss {
    /// The loss of states [rows, width], and its gradient in `dStates`.
    package static func loss(_ states: Rows, labels: [Int], dStates: Rows) -> Double {
        let (count, width) = (states.count, states.width)
        var units = Array(repeating: 0.0, count: count * width)
        var lengths = Array(repeating: 0.0, count: count)
        for row in 0..<count {
            let x = states.row(row)
            var squares = 0.0
            for column in 0..<width { squares += Double(x[column]) * Double(x[column]) }
            lengths[row] = max(squares.squareRoot(), 1e-12)
            for column in 0..<width { units[row * width + column] = Double(x[column]) / lengths[row] }
        }
        var similarities = Array(repeating: 0.0, count: count * count)
        for row in 0..<count {
            for other in row..<count {
                var sum = 0.0
                for column in 0..<width { sum += units[row * width + column] * units[other * width + column] }
                similarities[row * count + other] = sum
                similarities[other * count + row] = sum
            }
        }
        let (loss, slopes) = slopes(similarities, labels)
        var gradient = Array(repeating: 0.0, count: width)
        for row in 0..<count {
            // dL/du of the unit vector u, without the part along u, divided by the length.
            for column in 0..<width { gradient[column] = 0 }
            var along = 0.0
            for other in 0..<count where other != row {
                let slope = slopes[row * count + other] + slopes[other * count + row]
                along += slope * similarities[row * count + other]
                for column in 0..<width { gradient[column] += slope * units[other * width + column] }
            }
            for column in 0..<width {
                dStates.row(row)[column] = Float((gradient[column] - along * units[row * width + column]) / lengths[row])
            }
        }
        return loss
    }

    /// The loss and its derivative for each similarity [rows, rows], those below the diagonal being zero.
    private static func slopes(_ similarities: [Double], _ labels: [Int]) -> (Double, [Double]) {
        let count = labels.count
        var pairs = (equal: 0, other: 0)
        for row in 0..<count {
            for other in row + 1..<max(count, row + 1) {
                if labels[row] == labels[other] { pairs.equal += 1 } else { pairs.other += 1 }
            }
        }
        var slopes = Array(repeating: 0.0, count: count * count)
        var loss = 0.0
        for row in 0..<count {
            for other in row + 1..<max(count, row + 1) {
                let isEqual = labels[row] == labels[other]
                let difference = similarities[row * count + other] - (isEqual ? 1 : 0)
                let weight = 0.5 / Double(isEqual ? pairs.equal : pairs.other)
                loss += weight * difference * difference
                slopes[row * count + other] = 2 * weight * difference
            }
        }
        return (loss, slopes)
    }
}
