import Glibc

/// Losses of all pairs of a batch's states, which draw states of equal labels together and push others apart.
package enum SimilarityLoss: String, Sendable, CaseIterable {
    /// The squared error of the cosine similarity against 1 for equal labels and 0 for others, as in sentence-transformers'
    /// `CosineSimilarityLoss`: half the mean over equal pairs plus half the mean over the others.
    case cosine
    /// Supervised contrastive loss with a temperature of 0.1 (Khosla et al. 2020, equation 2): for each row that has equals,
    /// the mean over them of -ln (exp(s / 0.1) / Σ exp(s / 0.1)), with the sum over all other rows; then the mean over these rows.
    case supervised

    private static let temperature = 0.1

    /// The loss of states [rows, width], and its gradient in `dStates`.
    package func loss(_ states: Rows, labels: [Int], dStates: Rows) -> Double {
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
        let (loss, slopes) =
            self == .cosine ? Self.cosineSlopes(similarities, labels) : Self.supervisedSlopes(similarities, labels)
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
    private static func cosineSlopes(_ similarities: [Double], _ labels: [Int]) -> (Double, [Double]) {
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

    private static func supervisedSlopes(_ similarities: [Double], _ labels: [Int]) -> (Double, [Double]) {
        let count = labels.count
        var slopes = Array(repeating: 0.0, count: count * count)
        var loss = 0.0
        let anchors = (0..<count).filter { row in (0..<count).contains { $0 != row && labels[$0] == labels[row] } }
        for row in anchors {
            let others = (0..<count).filter { $0 != row }
            let equals = others.filter { labels[$0] == labels[row] }
            let largest = others.map { similarities[row * count + $0] }.max()!
            let total = others.reduce(0) { $0 + exp((similarities[row * count + $1] - largest) / temperature) }
            let share = 1 / Double(anchors.count)
            for other in others {
                let difference = (similarities[row * count + other] - largest) / temperature
                var slope = exp(difference) / total
                if labels[other] == labels[row] {
                    loss -= share * (difference - log(total)) / Double(equals.count)
                    slope -= 1 / Double(equals.count)
                }
                slopes[row * count + other] = share * slope / temperature
            }
        }
        return (loss, slopes)
    }
}
