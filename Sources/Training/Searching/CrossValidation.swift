import TenorLayers
import TenorModeling

/// Trains on the rows outside each of several folds, and answers those inside.
package struct CrossValidation: Sendable {
    private let rows: LabelledRows
    private let folds: StratifiedFolds
    /// See ``Trainer/baseFeatures(of:_:)``. The trial models of all folds share them.
    private let features: [Rows]?

    init(_ rows: LabelledRows, _ folds: StratifiedFolds, features: [Rows]?) {
        (self.rows, self.folds, self.features) = (rows, folds, features)
    }

    /// The number of folds; 0 or 1 if no row can be held out.
    package var count: Int { folds.count }

    /// What the rows of the folds in `used` are given by models of a recipe that were not trained on that fold.
    ///
    /// - Parameter report: called with each event. It may throw to stop.
    func answers(
        _ recipe: Recipe, folds used: Range<Int>, _ model: Model, _ report: (TuningEvent) throws -> Void
    ) throws -> OutOfFold {
        var held: [(row: Int, values: [Double])] = []
        for fold in used {
            held += try answers(recipe, fold, model) { try report(.comparing(recipe.name, fold: fold, of: used.count)) }
        }
        return OutOfFold(held, rows.targets)
    }

    private func answers(
        _ recipe: Recipe, _ fold: Int, _ model: Model, _ report: () throws -> Void
    ) throws -> [(row: Int, values: [Double])] {
        let (train, held) = folds.split(fold)
        let asked = rows.targets.answerable(held, after: train)
        let trainer = Trainer(recipe.options, train: rows[train], dev: nil)
        let state = try trainer.run(from: trainer.start(model), features: features.map { all in train.map { all[$0] } }) { _ in try report()
        }
        let logits = state.best.logits(asked.map { rows.rows[$0] }, threads: recipe.options.threads)
        return asked.enumerated().map { ($1, state.best.task.answers(logits.row($0))) }
    }
}
