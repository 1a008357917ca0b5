import Foundation
import TenorFiles
import TenorLayers
import TenorModeling
import TenorSupport
import TenorTraining
import Testing

/// Distillation. `Tests/Fixtures/distilling.py` generates the expected values with torch and transformers.
@Suite struct DistillingTests {
    private static let fixture = try! JSON(readingFile: ModelFixture.path("distilling.json"))
    private static let tensors = try! Weights(ModelFixture.path("distilling.safetensors"))

    private func expected(_ name: String) throws -> Matrix {
        let shape = try #require(Self.tensors.shape(of: name), "\(name)")
        let columns = shape.count == 2 ? shape[1] : shape.reduce(1, *)
        return try Self.tensors.matrix(name, shape: shape, rows: shape.reduce(1, *) / columns, columns: columns)
    }

    private static func matrix(_ json: JSON?) -> Matrix {
        let rows = json?.array?.map { $0.array?.compactMap(\.double) ?? [] } ?? []
        return Matrix(rows: rows.count, columns: rows[0].count, rows.joined().map(Float.init))
    }

    @Test("Answers at a temperature and states have torch's losses and gradients")
    func losses() throws {
        let json = try #require(Self.fixture["losses"])
        let (logits, teacher) = (Self.matrix(json["logits"]), Self.matrix(json["teacher"]))
        let (states, targets) = (Self.matrix(json["states"]), Self.matrix(json["targets"]))
        for one in json["cases"]!.array! {
            let (name, temperature) = (one["name"]!.string!, one["temperature"]!.double!)
            let wanted = Self.matrix(one["gradient"])
            var slopes = Matrix(rows: wanted.rows, columns: wanted.columns)
            let view = slopes.mutableView()
            let loss =
                switch name {
                case "one":
                    AnswerDivergence.ofOneLabel(
                        logits.view, teacher: teacher.view, temperature: temperature, divisor: 2, dLogits: view)
                case "any":
                    AnswerDivergence.ofAnyLabels(
                        logits.view, teacher: teacher.view, temperature: temperature, divisor: 2, dLogits: view)
                default: CosineDistance.loss(states.view, targets: targets.view, divisor: 2, dStates: view)
                }
            #expect(abs(loss - one["loss"]!.double!) < 1e-9 * max(1, abs(loss)), "\(name) \(temperature)")
            #expect(largestDifference(slopes.elements.map { 2 * $0 }, wanted.elements) < 1e-6, "\(name) \(temperature)")
        }
    }

    @Test("A projection starts as the ridge regression of the teacher's states on the student's")
    func projection() throws {
        let json = try #require(Self.fixture["projection"])
        for threads in 1...3 {
            let weights = ProjectionFit.weights(
                from: Self.matrix(json["states"]), to: Self.matrix(json["targets"]), threads: threads)
            #expect(largestDifference(weights.elements, Self.matrix(json["weights"]).elements) < 1e-6)
        }
    }

    /// A case's student, and a loss on the rows of its trajectory.
    private struct Case {
        let name: String
        let ids: [TokenRow]
        let model: Model
        let rows: AnsweredRows
        let loss: DistillingLoss
        /// Holds the rows' file.
        private let folder: TemporaryFolder

        init(_ json: JSON, _ expected: (String) throws -> Matrix) throws {
            let name = json["name"]!.string!
            let student = json["student"]!.string!
            ids = try ModelFixture(student).trajectoryIds
            let learnsStates = json["pooling"]!.string! == "mean"
            var network = try ModelFolder(ModelFixture.path("models/\(student)")).encoder(pooling: .unitMean)
            if !learnsStates {
                let changed = try ChangedFolder("models/\(student)", "config.json") {
                    if json["several"]?.bool == true { $0["problem_type"] = "multi_label_classification" }
                }
                network = try ModelFolder(changed.path).classifier()
            }
            let targets = try json["outputs"]!.array!.indices.map { try expected("\(name).target.\($0)") }
            let form = AnsweredRows.Form(widths: targets.map(\.columns), isHalf: learnsStates)
            folder = try TemporaryFolder()
            let bytes = ids.enumerated().flatMap { row, ids in
                AnsweredRows.bytes(
                    ids, labels: json["labels"]?.array?[row].array?.compactMap(\.int), targets: targets.map { $0.view[row..<row + 1] },
                    form)
            }
            try Data(bytes).write(to: URL(filePath: folder("rows")))
            rows = try AnsweredRows(folder("rows"), form, vocabulary: 80, labels: 3)
            let outputs = json["outputs"]!.array!.map { $0.string! }
            let widths = targets.indices.map { outputs[$0] == "states" && targets[$0].columns != 36 ? targets[$0].columns : nil }
            var (model, projections) = network.with(projectionsTo: widths)
            for (place, projection) in projections.enumerated() {
                if let projection { model.weights[projection.weight] = try expected("\(name).projection.\(place)") }
            }
            let weight = learnsStates ? 1 / Double(targets.count) : json["states_weight"]!.double!
            loss = DistillingLoss(
                zip(outputs, projections).map { output, projection in
                    output == "logits"
                        ? (.answers(temperature: json["temperature"]!.double!, labelShare: json["share"]!.double!), 1)
                        : (.states(projection), weight)
                })
            (self.name, self.model) = (name, model)
        }
    }

    @Test("Loss, gradients and six steps of students are torch's", arguments: 0..<6)
    func training(_ index: Int) throws {
        let one = try Case(try #require(Self.fixture["cases"]?.array?[index]), expected)
        var backpropagation = Backpropagation(one.model)
        let gradient = one.loss.gradient(of: one.rows.batch([0, 1, 2, 3]), one.model, &backpropagation, dropoutKey: nil, threads: 2)
        #expect(abs(Float(gradient.loss) - (try expected("\(one.name).loss").elements[0])) < 1e-5)
        var compared = 0
        for slot in one.model.table.slots {
            let name = "\(one.name).gradient.\(one.model.table[slot].name)"
            guard Self.tensors.shape(of: name) != nil else { continue }
            compared += 1
            #expect(largestDifference(gradient.parameters[slot].elements, try expected(name).elements) < 1e-4, "\(name)")
        }
        #expect(compared == Self.tensors.names.count { $0.hasPrefix("\(one.name).gradient.") })
        var options = DistillingOptions()
        (options.epochs, options.batchSize) = (1, 4)
        (options.learningRate, options.headLearningRate) = (1e-3, 2e-3)
        (options.warmup, options.dropout, options.shuffles, options.threads) = (1.0 / 3, 0, false, 2)
        let distiller = Distiller(options, one.rows, one.loss)
        var losses: [Float] = []
        let end = try distiller.run(
            from: distiller.start(one.model), report: { if case .step(let step) = $0 { losses.append(Float(step.loss)) } })
        #expect(largestDifference(losses, try expected("\(one.name).losses").elements) < 1e-4)
        let answers = one.loss.usesHead ? end.model.logits(one.ids, threads: 1) : end.model.pooled(one.ids, threads: 1)
        #expect(largestDifference(answers.elements, try expected("\(one.name).end").elements) < 1e-4)
    }

    @Test("A model with some of its layers gives what transformers gives without the others", arguments: 0..<18)
    func layers(_ index: Int) throws {
        let json = try #require(Self.fixture["layers"]?.array?[index])
        let (name, kept) = (json["name"]!.string!, json["kept"]!.array!.compactMap(\.int))
        let fixture = try ModelFixture(name)
        let whole = try ModelFolder(fixture.folder).classifier()
        let part = try whole.keeping(layers: kept, pooling: nil)
        #expect(part.encoder.blockCount == 2)
        #expect(largestDifference(part.logits(fixture.ids, threads: 1).elements, try expected("layers.\(name).\(kept[1])").elements) < 1e-4)
    }

    @Test("Layers are evenly spaced, and of 6 and 3 every second one is kept")
    func spacing() {
        #expect(Model.spaced(3, of: 6) == [1, 3, 5])
        #expect(Model.spaced(2, of: 6) == [2, 5])
        #expect(Model.spaced(6, of: 12) == [1, 3, 5, 7, 9, 11])
        #expect(Model.spaced(5, of: 6) == [0, 1, 2, 3, 5])
        #expect(Model.spaced(1, of: 4) == [3])
    }

    @Test("Layers that share weights or differ in kind are refused", arguments: ["albert", "albert-untied", "modernbert"])
    func unlike(_ name: String) throws {
        let model = try ModelFolder(ModelFixture.path("models/\(name)")).classifier()
        #expect(throws: UnlikeLayers.self) { try model.keeping(layers: [0, 2], pooling: nil) }
    }

    @Test("A file of rows gives back what was written, and damage is an error and not a crash")
    func rows() throws {
        let folder = try TemporaryFolder()
        for isHalf in [false, true] {
            let form = AnsweredRows.Form(widths: [2, 3], isHalf: isHalf)
            let targets = [Matrix(rows: 1, columns: 2, [0.5, -1]), Matrix(rows: 1, columns: 3, [2, 0.25, 8])]
            let tokens = [TokenRow([4, 79, 5], second: 2), TokenRow(windows: [[4, 79], [5]]), [4, 79, 5]]
            let bytes = zip(tokens, [[3, 1] as [Int]?, nil, []]).flatMap { row, labels in
                AnsweredRows.bytes(row, labels: labels, targets: targets.map(\.view), form)
            }
            try Data(bytes).write(to: URL(filePath: folder("rows")))
            let rows = try AnsweredRows(folder("rows"), form, vocabulary: 80, labels: 4)
            let batch = rows.batch([2, 0, 1])
            #expect(rows.lengths == [3, 3, 3])
            #expect(batch.rows == [tokens[2], tokens[0], tokens[1]])
            #expect(batch.labels == [[], [3, 1], nil])
            #expect(batch.targets[1].row(2) == [2, 0.25, 8])
            for (vocabulary, labels) in [(79, 4), (80, 3)] {
                #expect(throws: FileError.self) { try AnsweredRows(folder("rows"), form, vocabulary: vocabulary, labels: labels) }
            }
            var randomness = Randomness(seed: 5)
            for _ in 0..<300 {
                var damaged = bytes
                for _ in 0...randomness.below(3) { damaged[randomness.below(damaged.count)] = UInt8(randomness.below(256)) }
                damaged.removeLast(randomness.below(4))
                try Data(damaged).write(to: URL(filePath: folder("damaged")))
                guard let rows = try? AnsweredRows(folder("damaged"), form, vocabulary: 80, labels: 4) else { continue }
                for id in rows.batch(Array(0..<rows.count)).rows.flatMap(\.ids) { #expect((0..<80).contains(id)) }
            }
        }
    }
}
