/// The rows in the order of their scores for one class, from which the curves of that class against the rest follow, and the areas under
/// them. Equal scores are one threshold.
package struct RankedScores: Sendable {
    /// The rows, highest score first.
    private let order: [Int32]
    /// Whether each row in that order is of the class, and whether the next one has a lower score.
    private let isPositive: [Bool]
    private let endsThreshold: [Bool]

    /// Nil if a score is NaN.
    package init?(_ scores: [Double], _ isPositive: [Bool]) {
        precondition(scores.count == isPositive.count && scores.count <= Int32.max)
        guard !scores.contains(where: \.isNaN) else { return nil }
        let order = scores.indices.sorted { scores[$0] > scores[$1] }
        self.order = order.map(Int32.init)
        self.isPositive = order.map { isPositive[$0] }
        endsThreshold = order.indices.map { $0 + 1 == order.count || scores[order[$0]] != scores[order[$0 + 1]] }
    }

    /// Calls `body` for each threshold, from the highest, with the numbers of rows of the class and of others that score at least as high.
    ///
    /// - Parameter weights: how often each row counts; nil for once.
    @inline(__always)
    private func forEachThreshold(_ weights: [Int32]?, _ body: (_ positives: Int, _ negatives: Int) -> Void) {
        var (positives, negatives) = (0, 0)
        for place in order.indices {
            let weight = weights.map { Int($0[Int(order[place])]) } ?? 1
            if isPositive[place] { positives += weight } else { negatives += weight }
            if endsThreshold[place] { body(positives, negatives) }
        }
    }

    /// The area under the ROC curve by the trapezoidal rule; nil if there are no rows of the class or none of the others.
    package func areaUnderROC(_ weights: [Int32]? = nil) -> Double? {
        var area = 0.0
        var last = (positives: 0, negatives: 0)
        forEachThreshold(weights) { positives, negatives in
            area += Double(negatives - last.negatives) * Double(positives + last.positives) / 2
            last = (positives, negatives)
        }
        return last.positives > 0 && last.negatives > 0 ? area / (Double(last.positives) * Double(last.negatives)) : nil
    }

    /// The average precision: Σ (Rₙ - Rₙ₋₁) Pₙ over the thresholds, with recall R and precision P. Nil if there are no rows of the class.
    package var averagePrecision: Double? {
        var sum = 0.0
        var last = 0
        forEachThreshold(nil) { positives, negatives in
            sum += Double(positives - last) * Double(positives) / Double(positives + negatives)
            last = positives
        }
        return last > 0 ? sum / Double(last) : nil
    }

    /// The ROC curve: recall against the share of other rows that score as high. Nil where ``areaUnderROC(_:)`` is.
    package var roc: Curve? {
        let (positives, negatives) = total
        guard positives > 0, negatives > 0 else { return nil }
        var curve = Curve(start: Curve.Point(x: 0, y: 0))
        forEachThreshold(nil) { curve.add(x: Double($1) / Double(negatives), y: Double($0) / Double(positives)) }
        return curve
    }

    /// Precision against recall. Nil where ``averagePrecision`` is.
    package var precisionRecall: Curve? {
        let positives = total.positives
        guard positives > 0 else { return nil }
        var curve: Curve?
        forEachThreshold(nil) {
            let point = Curve.Point(x: Double($0) / Double(positives), y: Double($0) / Double($0 + $1))
            if curve == nil { curve = Curve(start: Curve.Point(x: 0, y: point.y)) }
            curve?.add(x: point.x, y: point.y)
        }
        return curve
    }

    private var total: (positives: Int, negatives: Int) {
        let positives = isPositive.count { $0 }
        return (positives, isPositive.count - positives)
    }
}
