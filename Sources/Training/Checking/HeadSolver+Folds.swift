import TenorModeling

extension HeadSolver {
    /// What the rows of each fold are given by a fit of the rows outside it.
    package func outOfFold(_ features: Features, _ targets: Targets, strength: Double, _ folds: StratifiedFolds) -> OutOfFold {
        var held: [(row: Int, values: [Double])] = []
        for fold in 0..<folds.count {
            let (train, rest) = folds.split(fold)
            let rows = targets.answerable(rest, after: train)
            var fit = LinearFit(task, outputs: outputs, features: features)
            fit.fit(features[train], targets[train], weights, strength: strength, hasBias: hasBias, threads: threads)
            held += zip(rows, fit.answers(features[rows])).map { (row: $0, values: $1) }
        }
        return OutOfFold(held, targets)
    }
}
