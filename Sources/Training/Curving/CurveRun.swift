import TenorClassifying
import TenorLayers
import TenorMeasuring
import TenorModeling

/// Measures a ``LearningCurve``: what classifiers make of a few rows per label, of twice as many, and so on.
///
/// Each draw of each size is trained on three times, and measured on the same test rows: the pre-trained base and the same network with
/// random weights by one recipe, the first that automatic tuning would take for so many rows, and ``TermClassifier``. Nothing is chosen by
/// the test rows: the networks are those after the last epoch.
package struct CurveRun: Sendable {
    package let rows: CurveRows
    /// The opened base, and all rows as it takes them.
    package let run: TuningRun

    /// - Parameters:
    ///   - testName: what messages call the test rows.
    ///   - options: how the networks are trained. The base's own head, if it has one, is not used.
    package init(
        base: String, _ corpus: TrainingData.Source, _ rows: CurveRows, testName: String, labels: [String], input: TunedInput,
        _ options: TuningOptions
    ) throws {
        var options = options
        options.head = .reset
        options.choosesEpoch = false
        let train = TrainingData.Source(rows: rows.train, name: corpus.name, digest: corpus.digest)
        let test = TrainingData.Source(rows: rows.test, name: testName, digest: "")
        self.rows = rows
        run = try TuningRun(
            base: base, TrainingData(labels: labels, train, dev: test, input: input, devFraction: 0, seed: options.seed), options)
    }

    /// - Parameter report: called with each event. It may throw to stop.
    package func measure(report: (CurveEvent) throws -> Void) throws -> LearningCurve {
        let seed = run.options.seed
        var curve = LearningCurve(
            sizes: rows.sizes, rows: rows.sizes.map { rows.rows(perLabel: $0, draw: 0).count },
            testCounts: counts(of: rows.test.targets.labels))
        for draw in 0..<rows.draws {
            let fresh = try run.model.fresh(seed: mixed(seed &+ UInt64(draw)))
            for size in rows.sizes {
                let drawn = rows.rows(perLabel: size, draw: draw)
                var accuracies: [LearningCurve.Method: Double] = [:]
                for method in LearningCurve.Method.allCases {
                    func notify() throws { try report(.training(method, size: size, draw: draw)) }
                    try notify()
                    accuracies[method] =
                        switch method {
                        case .pretrained: try accuracy(of: run.model, drawn, notify, report)
                        case .random: try accuracy(of: fresh, drawn, notify, report)
                        case .terms: termAccuracy(drawn)
                        }
                }
                curve.add(accuracies, size: size)
                try report(.measured(accuracies, size: size, draw: draw))
            }
        }
        return curve
    }

    /// The share of test rows that a model answers correctly after training on some rows.
    private func accuracy(
        of model: Model, _ drawn: [Int], _ notify: () throws -> Void, _ report: (CurveEvent) throws -> Void
    ) throws -> Double {
        let trainer = Trainer(run.recipes[0].options, train: run.train[drawn], dev: run.dev)
        let state = try trainer.run(from: trainer.start(model)) { event in
            if case .message(let text) = event { try report(.message(text)) } else { try notify() }
        }
        return SelectionMetric.accuracy.value(of: state.bestMetrics!)!
    }

    private func termAccuracy(_ drawn: [Int]) -> Double {
        let classifier = TermClassifier(
            rows.train[drawn], labels: run.data.labels.count, seed: run.options.seed, threads: run.options.threads)
        let correct = zip(classifier.answers(rows.test.texts.map(\.joined)), rows.test.targets.labels).count { $0 == $1 }
        return Double(correct) / Double(rows.test.count)
    }

    private func counts(of labels: [Int]) -> [Int] {
        var counts = Array(repeating: 0, count: run.data.labels.count)
        for label in labels { counts[label] += 1 }
        return counts
    }
}
