import TenorLayers
import TenorMeasuring
import TenorModeling

/// Compares recipes on training rows that the trial models are not trained on, which are stratified by label.
///
/// With few rows no figure can tell recipes apart, so the first one, which has been best on other corpora of that size, is taken unless
/// another is better by more than one standard error.
package struct RecipeSearch: Sendable {
    /// From this number of rows on, a fifth of them is enough to measure by.
    private static let manyRows = 500
    /// With fewer rows than this, one half is measured after training on the other, for a second trial takes longer than it tells.
    private static let fewRows = 100

    package let recipes: [Recipe]
    private let trials: CrossValidation
    /// The folds that are measured; empty if no row can be held out.
    private let used: Range<Int>

    /// - Parameter features: see ``Trainer/baseFeatures(of:_:)``.
    package init(_ recipes: [Recipe], _ rows: LabelledRows, features: [Rows]? = nil, seed: UInt64) {
        self.recipes = recipes
        let isMany = rows.count >= Self.manyRows
        trials = CrossValidation(rows, StratifiedFolds(rows.targets.strata, count: isMany ? 5 : 2, seed: seed), features: features)
        used = trials.count < 2 ? 0..<0 : isMany || rows.count < Self.fewRows ? 0..<1 : 0..<trials.count
    }

    /// Measures the recipes that are not in `scores` yet, in order.
    ///
    /// - Parameters:
    ///   - goesOn: called before each recipe except the first; the search ends if it returns false.
    ///   - report: called with each event. It may throw to stop.
    ///   - save: called after each recipe with all scores so far.
    package func run(
        _ model: Model, from scores: [RecipeScore] = [], while goesOn: () -> Bool = { true }, report: (TuningEvent) throws -> Void,
        save: ([RecipeScore]) throws -> Void = { _ in }
    ) throws -> [RecipeScore] {
        var scores = scores
        for recipe in recipes.dropFirst(scores.count) where !used.isEmpty && (scores.isEmpty || goesOn()) {
            let score = RecipeScore(recipe: recipe, answers: try trials.answers(recipe, folds: used, model, report))
            scores.append(score)
            try save(scores)
        }
        return scores
    }

    /// The first recipe, or the best of those that are clearly better.
    ///
    /// - Parameters:
    ///   - metric: what they are compared by; nil for the mean score of the rows.
    ///   - labels: the model's.
    static func best(of scores: [RecipeScore], by metric: SelectionMetric?, labels: [String], seed: UInt64) -> RecipeScore? {
        guard let first = scores.first else { return nil }
        guard let metric else {
            return scores.dropFirst().filter { $0.isClearlyBetter(than: first) }.max { $0.value < $1.value } ?? first
        }
        let better = scores.dropFirst().filter { $0.isClearlyBetter(than: first, by: metric, labels: labels, seed: seed) }
        return better.reduce(nil) { best, score in
            let isBetter = metric.isBetter(score.answers.results(labels: labels), than: best?.answers.results(labels: labels))
            return isBetter ? score : best
        } ?? first
    }
}
