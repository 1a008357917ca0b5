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
    private let rows: LabelledRows
    private let folds: StratifiedFolds
    /// The folds that are measured; empty if no row can be held out.
    private let used: Range<Int>

    package init(_ recipes: [Recipe], _ rows: LabelledRows, seed: UInt64) {
        (self.recipes, self.rows) = (recipes, rows)
        let isMany = rows.count >= Self.manyRows
        folds = StratifiedFolds(rows.targets.labels, count: isMany ? 5 : 2, seed: seed)
        used = folds.count < 2 ? 0..<0 : isMany || rows.count < Self.fewRows ? 0..<1 : 0..<folds.count
    }

    private var isPossible: Bool { !used.isEmpty }

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
        for recipe in recipes.dropFirst(scores.count) where isPossible && (scores.isEmpty || goesOn()) {
            var held: [(row: Int, probabilities: [Double])] = []
            for fold in used { held += try answers(recipe, fold, model, report) }
            let score = RecipeScore(recipe: recipe, answers: OutOfFold(held, rows: rows.count, rows.targets.labels))
            scores.append(score)
            try report(.compared(score))
            try save(scores)
        }
        return scores
    }

    /// The first recipe, or the best of those that are clearly better.
    static func best(of scores: [RecipeScore]) -> RecipeScore? {
        guard let first = scores.first else { return nil }
        return scores.dropFirst().filter { $0.isClearlyBetter(than: first) }.max { $0.accuracy < $1.accuracy } ?? first
    }

    /// Trains on the rows outside a fold and answers those in it.
    private func answers(
        _ recipe: Recipe, _ fold: Int, _ model: Model, _ report: (TuningEvent) throws -> Void
    ) throws -> [(row: Int, probabilities: [Double])] {
        let (train, held) = folds.split(fold)
        let known = Set(train.map { rows.targets.labels[$0] })
        // A model cannot know a label that it has no row of.
        let asked = held.filter { known.contains(rows.targets.labels[$0]) }
        let trainer = Trainer(recipe.options, train: rows[train], dev: nil)
        let state = try trainer.run(from: trainer.start(model)) { _ in
            try report(.comparing(recipe.name, fold: fold, of: used.count))
        }
        let logits = state.best.logits(asked.map { rows.ids[$0] }, threads: recipe.options.threads)
        return asked.enumerated().map { ($1, state.best.task.probabilities(logits.row($0))) }
    }
}
