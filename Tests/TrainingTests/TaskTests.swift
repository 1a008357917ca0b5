import Foundation
import TenorClassifying
import TenorFiles
import TenorLayers
import TenorModeling
import TenorSupport
import TenorTraining
import Testing

/// Tasks other than one label for each text. `Tests/Fixtures/tasks.py` generates the expected values with transformers, torch and
/// scikit-learn.
@Suite struct TaskTests {
    private static let fixture = try! JSON(readingFile: ModelFixture.path("tasks.json"))
    private static let tensors = try! Weights(ModelFixture.path("tasks.safetensors"))

    private static func numbers(_ json: JSON?) -> [[Double]] { json?.array?.map { $0.array?.compactMap(\.double) ?? [] } ?? [] }

    private func expected(_ name: String) throws -> [Float] {
        let shape = try #require(Self.tensors.shape(of: name))
        return try Self.tensors.matrix(name, shape: shape, rows: 1, columns: shape.reduce(1, *)).elements
    }

    private static func targets(_ json: JSON?, _ task: Task) -> Targets {
        let rows = numbers(json)
        return task == .regression ? .numbers(rows) : .sets(rows.map { row in row.indices.filter { row[$0] == 1 } })
    }

    /// The fixture's model as a folder with the problem type of the case.
    private func model(_ json: JSON) throws -> (fixture: ModelFixture, model: Model) {
        let fixture = try ModelFixture(json["folder"]!.string!)
        let folder = try TemporaryFolder()
        for name in ["config.json", "model.safetensors"] {
            try FileManager.default.copyItem(atPath: "\(fixture.folder)/\(name)", toPath: folder(name))
        }
        var configuration = try Configuration(folder: folder.path)
        configuration.json["problem_type"] = json["problem"]
        try JSON.object(configuration.json).serialized().write(toFile: "\(folder.path)/config.json", atomically: true, encoding: .utf8)
        let model = try ModelFolder(folder.path).classifier()
        #expect(model.task.problemType == json["problem"]?.string)
        return (fixture, model)
    }

    @Test("Loss, gradients and six steps of several labels and of numbers are those of transformers' own loss", arguments: 0..<6)
    func training(_ index: Int) throws {
        let json = try #require(Self.fixture["models"]?.array?[index])
        let (fixture, model) = try model(json)
        let place = "\(fixture.name).\(json["problem"]!.string!)"
        var backpropagation = Backpropagation(model)
        let batch = Batch(rows: fixture.ids, targets: Self.targets(json["targets"], model.task))
        let gradient = backpropagation.run(batch, model, dropoutKey: nil, threads: 2)
        #expect(abs(Float(gradient.loss) - (try expected("\(place).loss")[0])) < 1e-5)
        for slot in model.table.slots {
            let name = "\(place).gradient.\(model.table[slot].name)"
            guard Self.tensors.shape(of: name) != nil else { continue }
            #expect(largestDifference(gradient.parameters[slot].elements, try expected(name)) < 1e-4, "\(name)")
        }
        var options = TuningOptions()
        options.unfreezing = .all
        options.headFit = .stepped
        (options.epochs, options.batchSize) = (1, 4)
        (options.learningRate, options.headLearningRate) = (1e-3, 2e-3)
        (options.warmup, options.dropout, options.shuffles, options.threads) = (1.0 / 3, 0, false, 2)
        let rows = LabelledRows(rows: fixture.trajectoryIds, targets: Self.targets(json["trajectory"], model.task))
        let trainer = Trainer(options, train: rows, dev: nil)
        var losses: [Float] = []
        let end = try trainer.run(from: trainer.start(model), report: { if case .step(let step) = $0 { losses.append(Float(step.loss)) } })
        #expect(largestDifference(losses, try expected("\(place).losses")) < 1e-4)
        #expect(largestDifference(end.best.logits(fixture.trajectoryIds, threads: 1).elements, try expected("\(place).logits")) < 1e-3)
    }

    @Test("A head solved for several labels or for numbers has scikit-learn's coefficients")
    func solving() throws {
        let json = try #require(Self.fixture["fits"])
        let values = Self.numbers(json["features"])
        let matrix = Matrix(rows: values.count, columns: values[0].count, values.joined().map(Float.init))
        let features = Features(values.indices.map { matrix.view[$0..<$0 + 1] }, isCentered: true)
        for fit in json["fits"]!.array! {
            for (key, task) in [("sets", Task.multiLabel), ("numbers", .regression)] {
                var linear = LinearFit(task, outputs: 3, features: features)
                linear.fit(features, Self.targets(json[key], task), strength: fit["strength"]!.double!, threads: 2)
                let wanted = Self.numbers(fit[key]?["coefficients"]).flatMap { $0 } + fit[key]!["intercepts"]!.array!.compactMap(\.double)
                let largest = wanted.map(abs).max()!
                #expect(linear.parameters.count == wanted.count)
                for (value, wanted) in zip(linear.parameters, wanted) { #expect(abs(value - wanted) < 1e-4 * largest, "\(key)") }
            }
        }
    }

    @Test("Thresholds are never worse than one half on the rows that they are chosen by")
    func thresholds() {
        var randomness = Randomness(seed: 3)
        for _ in 0..<50 {
            let rows = 5 + randomness.below(30)
            let sets = (0..<rows).map { _ in (0..<2).filter { _ in randomness.below(3) == 0 } }
            let probabilities = sets.map { set in
                (0..<2).map { min(1, (set.contains($0) ? 0.4 : 0) + Double(randomness.below(70)) / 100) }
            }
            let thresholds = Thresholds(bestFor: probabilities, sets, labelCount: 2)
            func f1(_ label: Int, _ threshold: Double) -> Double {
                let given = probabilities.map { $0[label] >= threshold }
                let hits = zip(given, sets).count { $0 && $1.contains(label) }
                let sum = given.count { $0 } + sets.count { $0.contains(label) }
                return sum == 0 ? 0 : 2 * Double(hits) / Double(sum)
            }
            let best = (0...100).map { Double($0) / 100 + 0.0001 }
            for label in 0..<2 {
                let found = f1(label, thresholds.values[label])
                #expect(found >= f1(label, 0.5))
                #expect(best.allSatisfy { f1(label, $0) <= found + 1e-12 })
            }
        }
    }

    @Test("Numbers are standardized for training, and the folder answers with numbers as they were")
    func restoring() throws {
        let (_, model) = try model(try #require(Self.fixture["models"]?.array?[1]))
        let scale = OutputScale([[1, 100, -5], [3, 300, -5]])
        #expect(scale.means == [2, 200, -5] && scale.deviations == [1, 100, 1])
        let rows: [TokenRow] = [[2, 9, 3], [2, 10, 11, 3]]
        let there = model.standardized(scale)
        let plain = model.logits(rows, threads: 1)
        for (row, values) in [there.logits(rows, threads: 1)].map({ logits in rows.indices.map { Array(logits.row($0)) } })[0].enumerated()
        {
            let wanted = scale.standardized(plain.row(row).map(Double.init))
            for (value, wanted) in zip(values, wanted) { #expect(abs(Double(value) - wanted) < 1e-5) }
        }
        #expect(largestDifference(there.restored(scale).logits(rows, threads: 1).elements, plain.elements) < 1e-5)
    }

    @Test("Rows are stratified by their rarest label, and by tenths of their numbers")
    func strata() {
        #expect(Targets.sets([[0, 1], [0], [], [0]]).strata == [1, 0, 2, 0])
        #expect(Targets.numbers((0..<20).map { [Double(20 - $0)] }).strata == (0..<20).map { (19 - $0) / 2 })
        #expect(Targets.labels([2, 0]).strata == [2, 0])
    }

    @Test(
        "Weighted and smoothed labels and the focal loss have PyTorch's losses and gradients",
        arguments: [
            ("weights", true, 0.0, 0.0), ("smoothing", false, 0, 0.1), ("weights and smoothing", true, 0, 0.2), ("focus", false, 2, 0),
            ("weights and focus", true, 1.5, 0), ("sets and weights", true, 0, 0),
        ])
    func weighting(_ name: String, _ isWeighted: Bool, _ focus: Double, _ smoothing: Double) throws {
        let json = try #require(Self.fixture["losses"])
        let values = Self.numbers(json["logits"])
        let logits = Matrix(rows: values.count, columns: 4, values.joined().map(Float.init))
        var slopes = Matrix(rows: values.count, columns: 4)
        let labels = json["labels"]!.array!.compactMap(\.int)
        let weights = LossWeights(
            labels: isWeighted ? json["weights"]!.array!.compactMap(\.double) : nil, focus: focus, smoothing: smoothing)
        let wanted = try #require(json["cases"]?[name])
        let divisor: Double
        let loss: Double
        if case .sets(let sets) = Self.targets(json["sets"], .multiLabel), name.hasPrefix("sets") {
            divisor = Double(values.count)
            loss = BinaryCrossEntropy.loss(logits.view, sets: sets, weights, divisor: divisor, dLogits: slopes.mutableView())
        } else {
            divisor = labels.reduce(0) { $0 + weights.weight($1) }
            loss = CrossEntropy.loss(logits.view, labels: labels, weights, divisor: divisor, dLogits: slopes.mutableView())
        }
        #expect(abs(loss / divisor - wanted["loss"]!.double!) < 1e-6)
        #expect(largestDifference(slopes.elements, Self.numbers(wanted["gradient"]).joined().map(Float.init)) < 1e-6)
    }

    @Test("A head solved with balanced labels has scikit-learn's coefficients")
    func balancedSolving() throws {
        let json = try #require(Self.fixture["weighted"])
        let values = Self.numbers(json["features"])
        let matrix = Matrix(rows: values.count, columns: values[0].count, values.joined().map(Float.init))
        let features = Features(values.indices.map { matrix.view[$0..<$0 + 1] }, isCentered: true)
        let targets = Targets.labels(json["labels"]!.array!.compactMap(\.int))
        var linear = LinearFit(.singleLabel, outputs: 3, features: features)
        let weights = LossWeights(labels: targets.balancedWeights(labels: 3))
        linear.fit(features, targets, weights, strength: json["strength"]!.double!, threads: 2)
        let wanted = Self.numbers(json["coefficients"]).flatMap { $0 } + json["intercepts"]!.array!.compactMap(\.double)
        let largest = wanted.map(abs).max()!
        for (value, wanted) in zip(linear.parameters, wanted) { #expect(abs(value - wanted) < 1e-4 * largest) }
    }

    @Test("Balanced weights are scikit-learn's, and those of several labels make with and without count the same")
    func balance() {
        #expect(Targets.labels([0, 0, 0, 1]).balancedWeights(labels: 3) == [4.0 / 9, 4.0 / 3, 1])
        #expect(Targets.sets([[0], [0, 1], [], [0]]).balancedWeights(labels: 2) == [1.0 / 3, 3])
    }
}
