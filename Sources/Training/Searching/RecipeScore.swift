import TenorClassifying
import TenorLayers
import TenorMeasuring

/// What a recipe's models answered on rows that they were not trained on.
package struct RecipeScore: Sendable {
    package let recipe: Recipe
    package let answers: OutOfFold

    /// The mean of the rows' scores: the share of right labels, the mean F1 of the rows, or the negative mean squared error.
    package var value: Double {
        let scores = answers.rowScores.compactMap { $0 }
        return scores.reduce(0, +) / Double(max(scores.count, 1))
    }

    /// Whether the metric is better than the other's by more than one standard error of their difference, from 200 draws of as many of the
    /// rows, with replacement.
    func isClearlyBetter(than other: RecipeScore, by metric: SelectionMetric, labels: [String], seed: UInt64) -> Bool {
        let rows = answers.answers.indices.filter { answers.answers[$0] != nil && other.answers.answers[$0] != nil }
        func gain(_ rows: [Int]) -> Double? {
            let (mine, others) = (answers.results(of: rows, labels: labels), other.answers.results(of: rows, labels: labels))
            guard let mine = metric.value(of: mine), let others = metric.value(of: others) else { return nil }
            return metric.isBetterLower ? others - mine : mine - others
        }
        guard rows.count > 1, let difference = gain(rows) else { return false }
        var randomness = Randomness(seed: seed)
        let draws = (0..<200).compactMap { _ in gain(rows.map { _ in rows[randomness.below(rows.count)] }) }
        return draws.count > 1 && difference > meanAndDeviation(draws).deviation
    }

    /// Whether this is better than the other by more than one standard error of the difference between their scores of the same rows.
    func isClearlyBetter(than other: RecipeScore) -> Bool {
        let differences = zip(answers.rowScores, other.answers.rowScores).compactMap { mine, others -> Double? in
            guard let mine, let others else { return nil }
            return mine - others
        }
        guard differences.count > 1 else { return false }
        let (mean, deviation) = meanAndDeviation(differences)
        return mean > deviation / Double(differences.count).squareRoot()
    }
}
