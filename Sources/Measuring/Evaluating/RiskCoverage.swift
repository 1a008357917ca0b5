/// How the share of wrong answers falls if only the most probable answers are given (El-Yaniv and Wiener, "On the Foundations of Noise-free
/// Selective Classification", JMLR 2010). The coverage is the share of rows that are answered. Equal probabilities are one threshold.
package struct RiskCoverage: Sendable, Equatable {
    /// What a threshold leaves.
    package struct Step: Sendable, Equatable {
        /// The lowest probability that is answered.
        package let probability: Double
        package let coverage: Double
        package let accuracy: Double
    }

    /// The risk, averaged over the rows: each counts with the share of wrong answers among those at least as probable as its own.
    package let area: Double
    /// The risk against the coverage.
    package let curve: Curve?
    /// The highest threshold that answers at least each tenth of the rows, each threshold once.
    package let steps: [Step]

    init(_ confidences: [Double], isCorrect: [Bool]) {
        let order = confidences.indices.sorted { confidences[$0] > confidences[$1] }
        let count = Double(order.count)
        var (wrong, sum, start) = (0, 0.0, 0)
        var curve: Curve?
        var steps: [Step] = []
        for (place, row) in order.enumerated() {
            wrong += isCorrect[row] ? 0 : 1
            if place + 1 < order.count, confidences[order[place + 1]] == confidences[row] { continue }
            let (coverage, risk) = (Double(place + 1) / count, Double(wrong) / Double(place + 1))
            sum += risk * Double(place + 1 - start)
            start = place + 1
            if curve == nil { curve = Curve(start: Curve.Point(x: 0, y: risk)) }
            curve?.add(x: coverage, y: risk)
            let wanted = steps.last.map { Int($0.coverage * 10 + 1e-9) + 1 } ?? 1
            if 10 * (place + 1) >= wanted * order.count {
                steps.append(Step(probability: confidences[row], coverage: coverage, accuracy: 1 - risk))
            }
        }
        area = order.isEmpty ? 0 : sum / count
        self.curve = curve
        self.steps = steps
    }
}
