import Foundation
import Tenor
import TenorClassifying
import TenorFiles
import TenorLayers
import TenorModeling
import TenorSupport
import TenorTraining
import Testing

/// `Tests/Fixtures/solving.py` generates the expected values with scikit-learn and PyTorch.
@Suite struct SolvingTests {
    private static let fixture = try! JSON(readingFile: ModelFixture.path("solving.json"))

    private static func numbers(_ json: JSON?) -> [[Double]] { json?.array?.map { $0.array?.compactMap(\.double) ?? [] } ?? [] }

    private func rows(_ json: JSON?) -> (matrix: Matrix, rows: [Rows]) {
        let values = Self.numbers(json)
        let matrix = Matrix(rows: values.count, columns: values[0].count, values.joined().map(Float.init))
        return (matrix, values.indices.map { matrix.view[$0..<$0 + 1] })
    }

    @Test("A solved head has scikit-learn's coefficients and log loss", arguments: 0..<3)
    func regression(_ index: Int) throws {
        let json = try #require(Self.fixture["regressions"]?.array?[index])
        let features = Features(rows(json["features"]).rows, isCentered: true)
        let targets = json["labels"]!.array!.compactMap(\.int)
        let labels = targets.max()! + 1
        for fit in json["fits"]!.array! {
            var regression = LinearFit(.singleLabel, outputs: labels, features: features)
            regression.fit(features, .labels(targets), strength: fit["strength"]!.double!, threads: 2)
            let width = features.width
            var found = regression.parameters[..<(labels * width)].map { $0 }
            var biases = Array(regression.parameters[(labels * width)...])
            if labels == 2 {
                // scikit-learn has one row for the second label.
                found = (0..<width).map { found[width + $0] - found[$0] }
                biases = [biases[1] - biases[0]]
            }
            let wanted = Self.numbers(fit["coefficients"]).flatMap { $0 } + fit["intercepts"]!.array!.compactMap(\.double)
            let largest = wanted.map(abs).max()!
            for (value, wanted) in zip(found + biases, wanted) { #expect(abs(value - wanted) < 1e-4 * largest) }
            #expect(found.count + biases.count == wanted.count)
            let loss = zip(regression.answers(features), targets).reduce(0) { $0 - log($1.0[$1.1]) } / Double(targets.count)
            #expect(abs(loss - fit["log_loss"]!.double!) < 1e-8)
        }
    }

    @Test("The weights of a solved head are for the features as they are")
    func folding() throws {
        let json = try #require(Self.fixture["regressions"]?.array?[1])
        let (matrix, rows) = rows(json["features"])
        let features = Features(rows, isCentered: true)
        let targets = json["labels"]!.array!.compactMap(\.int)
        var regression = LinearFit(.singleLabel, outputs: 5, features: features)
        regression.fit(features, .labels(targets), strength: 10, threads: 1)
        let (weights, bias) = regression.folded
        let probabilities = regression.answers(features)
        for row in targets.indices {
            let logits = (0..<5).map { label in
                (0..<features.width).reduce(bias[label]) { $0 + weights[label * features.width + $1] * Double(matrix[row, $1]) }
            }
            let total = logits.reduce(0) { $0 + exp($1) }
            for label in 0..<5 { #expect(abs(exp(logits[label]) / total - probabilities[row][label]) < 1e-9) }
        }
    }

    @Test("The similarity loss and its gradient are PyTorch's")
    func similarity() throws {
        let json = try #require(Self.fixture["losses"])
        let states = rows(json["states"]).matrix
        var gradient = Matrix(rows: states.rows, columns: states.columns)
        let loss = SimilarityLoss.loss(
            states.view, labels: json["labels"]!.array!.compactMap(\.int), dStates: gradient.mutableView())
        #expect(abs(loss - json["loss"]!.double!) < 1e-6)
        let wanted = Self.numbers(json["gradient"]).flatMap { $0 }.map(Float.init)
        #expect(largestDifference(gradient.elements, wanted) < 1e-6)
    }

    @Test("Six contrastive steps give PyTorch's losses to 1e-4 and its states to 1e-3")
    func trajectory() throws {
        let fixture = try ModelFixture("bert-mean")
        var options = TuningOptions()
        options.unfreezing = .all
        options.objective = .contrastive
        options.epochs = 6
        options.batchSize = 48
        options.learningRate = 1e-3
        options.warmup = 1.0 / 3
        options.threads = 2
        let train = LabelledRows(rows: fixture.trajectoryIds, targets: .labels(fixture.trajectoryLabels))
        let trainer = Trainer(options, train: train, dev: nil)
        var losses: [Float] = []
        let end = try trainer.run(
            from: trainer.start(try ModelFolder(fixture.folder).classifier()),
            report: { if case .step(let step) = $0 { losses.append(Float(step.loss)) } })
        let json = try #require(Self.fixture["trajectory"])
        #expect(largestDifference(losses, json["losses"]!.array!.compactMap(\.double).map(Float.init)) < 1e-4)
        let states = end.best.pooled(fixture.trajectoryIds, threads: 1)
        #expect(largestDifference(states.elements, Self.numbers(json["states"]).flatMap { $0 }.map(Float.init)) < 1e-3)
    }
}

@Suite struct SearchingTests {
    @Test("Training leaves the model that it starts from as it was", arguments: [Objective.classification, .contrastive])
    func start(_ objective: Objective) throws {
        let fixture = try ModelFixture("bert-mean")
        let model = try ModelFolder(fixture.folder).classifier()
        let before = model.logits(fixture.trajectoryIds, threads: 1).elements
        let weights = model.weights.matrices.map(\.elements)
        var options = TuningOptions()
        options.unfreezing = .top(1)
        options.objective = objective
        options.threads = 2
        let train = LabelledRows(rows: fixture.trajectoryIds, targets: .labels(fixture.trajectoryLabels))
        let trainer = Trainer(options, train: train, dev: nil)
        let state = try trainer.run(from: trainer.start(model), report: { _ in })
        #expect(state.best.weights.matrices.map(\.elements) != weights)
        #expect(model.weights.matrices.map(\.elements) == weights)
        #expect(model.logits(fixture.trajectoryIds, threads: 1).elements == before)
        let again = try trainer.run(from: trainer.start(model), report: { _ in })
        #expect(again.best.weights.matrices.map(\.elements) == state.best.weights.matrices.map(\.elements))
    }
}

@Suite struct SearchResumptionTests {
    @Test("A run that was interrupted while it compared goes on with the next recipe, and ends with the same bytes")
    func resumption() throws {
        let model = try SmallModel()
        let rows = model.rows(60)
        var tuner = model.tuner(.automatic)
        tuner.head = .solved
        try tuner.tune(rows, output: model.path("whole"))
        let facts = try #require(try TunedFacts(folder: model.path("whole")))

        // The first recipe was measured before the run ended.
        var options = TuningOptions()
        (options.epochs, options.batchSize, options.learningRate, options.threads) = (4, 8, 3e-3, 2)
        let data = TrainingData(
            labels: ["even", "odd"],
            TrainingData.Source(
                rows: TrainingData.Rows(texts: rows.map(\.text), labels: rows.map { $0.label == "even" ? 0 : 1 }),
                name: "the training rows",
                digest: ""), dev: nil, devFraction: 0, seed: 1)
        let run = try TuningRun(base: model.folder, data, options)
        var scores: [RecipeScore] = []
        let train = LabelledRows(
            rows: run.encoder.rows(data.train.texts, threads: 1).map(\.row), targets: data.train.targets)
        _ = try RecipeSearch(run.recipes, train, seed: 1).run(
            run.model, report: { _ in }, save: { if $0.count == 1 { scores = $0 } })
        try Checkpoint(beside: model.path("parts")).save(Trials(scores: scores), fingerprint: try #require(facts.run))
        #expect(scores.count == 1 && run.recipes.count == 2)

        tuner.resumes = true
        var tried: Set<String> = []
        try tuner.tune(rows, output: model.path("parts")) { if case .comparing(let recipe, _, _) = $0 { tried.insert(recipe) } }
        #expect(tried == [run.recipes[1].name])
        for file in ["tenor.json", "training.jsonl", "metrics.json"] {
            #expect(
                try Data(contentsOf: URL(filePath: model.path("parts/\(file)")))
                    == Data(contentsOf: URL(filePath: model.path("whole/\(file)"))))
        }
        #expect(!FileManager.default.fileExists(atPath: model.path("parts.checkpoint")))
    }
}
