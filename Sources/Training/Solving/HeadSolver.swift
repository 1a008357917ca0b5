import Glibc
import TenorLayers
import TenorModeling
import TenorThreads

/// Solves a linear classifier on features that do not change, and chooses the strength of its penalty by cross-validation on the loss.
package struct HeadSolver: Sendable {
    package let task: Task
    package let outputs: Int
    /// Of labels alone: a solved head has the plain loss.
    package let weights: LossWeights
    package let hasBias: Bool
    package let seed: UInt64
    package let threads: Int

    /// The strengths C to choose from, in rising order: half powers of ten from 0.1 to 10,000.
    package static let strengths = (-2...8).map { pow(10, Double($0) / 2) }
    /// For rows that allow no cross-validation.
    package static let usualStrength = 10.0
    /// With more rows than this, one fold is enough to compare strengths by.
    package static let mostRowsForAllFolds = 2000

    package init(_ task: Task = .singleLabel, outputs: Int, weights: LossWeights = .plain, hasBias: Bool = true, seed: UInt64, threads: Int)
    {
        (self.task, self.outputs, self.weights) = (task, outputs, weights)
        (self.hasBias, self.seed, self.threads) = (hasBias, seed, threads)
    }

    package struct Solution: Sendable {
        package let fit: LinearFit
        /// C.
        package let strength: Double
        /// What the rows were given by fits that did not see them; nil if no row can be held out.
        package let outOfFold: OutOfFold?
    }

    /// Fits all rows with a strength, or with one chosen by cross-validation. The result depends on nothing but the arguments and the seed.
    package func solve(_ features: Features, _ targets: Targets, strength: Double? = nil) -> Solution {
        let (strength, outOfFold) = strength.map { ($0, nil) } ?? chooseStrength(features, targets)
        var fit = LinearFit(task, outputs: outputs, features: features)
        fit.fit(features, targets, weights, strength: strength, hasBias: hasBias, threads: threads)
        return Solution(fit: fit, strength: strength, outOfFold: outOfFold)
    }

    /// Goes up the strengths until two in a row are worse than the best one.
    package func chooseStrength(_ features: Features, _ targets: Targets) -> (Double, OutOfFold?) {
        let folds = StratifiedFolds(targets.strata, count: 5, seed: seed)
        guard folds.count > 1 else { return (Self.usualStrength, nil) }
        let used = Array(0..<(features.rows.count > Self.mostRowsForAllFolds ? 1 : folds.count))
        var parts = used.map { Part(fold: $0, folds, features, targets, task, outputs: outputs) }
        var best: (strength: Double, rows: OutOfFold)?
        for strength in Self.strengths {
            parts.withUnsafeMutableBufferPointer { parts in
                nonisolated(unsafe) let parts = parts
                let isOne = parts.count == 1
                parallel(parts.count, threads: threads) {
                    parts[$0].fit(strength, weights, hasBias: hasBias, threads: isOne ? threads : 1)
                }
            }
            let rows = OutOfFold(parts.flatMap(\.held), targets)
            if best == nil || rows.loss(weights) < best!.rows.loss(weights) { best = (strength, rows) }
            let last = Self.strengths.firstIndex(of: strength)! - Self.strengths.firstIndex(of: best!.strength)!
            if last == 2 { break }
        }
        return (best!.strength, best!.rows.rows > 0 ? best!.rows : nil)
    }

    /// One fold's fit, which the next strength continues from.
    private struct Part {
        private let features: Features
        private let targets: Targets
        private let rows: [Int]
        private let heldFeatures: Features
        private var linear: LinearFit
        private(set) var held: [(row: Int, values: [Double])] = []

        init(fold: Int, _ folds: StratifiedFolds, _ all: Features, _ targets: Targets, _ task: Task, outputs: Int) {
            let (train, held) = folds.split(fold)
            self.targets = targets[train]
            features = all[train]
            rows = targets.answerable(held, after: train)
            heldFeatures = all[rows]
            linear = LinearFit(task, outputs: outputs, features: all)
        }

        mutating func fit(_ strength: Double, _ weights: LossWeights, hasBias: Bool, threads: Int) {
            linear.fit(
                features, targets, weights, strength: strength, hasBias: hasBias, tolerance: 1e-5, mostSteps: 200, threads: threads)
            held = Array(zip(rows, linear.answers(heldFeatures)))
        }
    }
}
