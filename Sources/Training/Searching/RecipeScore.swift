import TenorMeasuring

/// What a recipe's models answered on rows that they were not trained on.
package struct RecipeScore: Sendable {
    package let recipe: Recipe
    package let answers: OutOfFold

    /// The share of rows that were answered correctly.
    package var accuracy: Double {
        let correct = answers.isCorrect.compactMap { $0 }
        return Double(correct.count { $0 }) / Double(max(correct.count, 1))
    }

    /// Whether this is better than the other by more than one standard error of the difference between their answers to the same rows.
    func isClearlyBetter(than other: RecipeScore) -> Bool {
        let differences = zip(answers.isCorrect, other.answers.isCorrect).compactMap { mine, others -> Double? in
            guard let mine, let others else { return nil }
            return (mine ? 1 : 0) - (others ? 1 : 0)
        }
        guard differences.count > 1 else { return false }
        let count = Double(differences.count)
        let mean = differences.reduce(0, +) / count
        let variance = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
        return mean > (variance / count).squareRoot()
    }
}
