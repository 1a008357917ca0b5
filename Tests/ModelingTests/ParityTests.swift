import TenorLayers
import TenorModeling
import TenorSupport
import Testing

/// Compared with transformers 4.57.3 and torch; `Tests/Fixtures/models.py` generated the numbers.
@Suite struct ParityTests {
    static let cases = ModelFixture.cases

    @Test("Every family has a case")
    func families() throws {
        #expect(Self.cases.count >= 27)
        let types = try Set(Self.cases.map { try ModelFolder(ModelFixture.path("models/\($0)")).configuration.modelType })
        #expect(types == Set(Family.knownModelTypes))
    }

    @Test("Hidden states and logits are those of transformers to 1e-4", arguments: cases)
    func forward(_ name: String) throws {
        let fixture = try ModelFixture(name)
        let model = try ModelFolder(fixture.folder).classifier()
        let hidden = model.states(fixture.ids, below: .after(blocks: model.encoder.blockCount), pooled: false, threads: 1)
        #expect(largestDifference(hidden.elements, try fixture.expected("hidden")) < 1e-4)
        let logits = model.logits(fixture.ids, threads: 2)
        #expect(largestDifference(logits.elements, try fixture.expected("logits")) < 1e-4)
    }

    @Test("Every parameter's gradient is torch's to 1e-4 of its size", arguments: cases)
    func backward(_ name: String) throws {
        let fixture = try ModelFixture(name)
        let model = try ModelFolder(fixture.folder).classifier()
        var backward = Backpropagation(model)
        let gradient = backward.run(Batch(rows: fixture.ids, targets: .labels(fixture.labels)), model, dropoutKey: nil, threads: 2)
        #expect(abs(Float(gradient.loss) - (try fixture.expected("loss")[0])) < 1e-4)
        // Some gradients are zero up to rounding: a key's bias shifts all scores of a row equally. So no tolerance is smaller than 1e-4 of
        // a thousandth of the whole gradient.
        let floor = gradient.norm / 1000
        for slot in model.table.slots where model.table[slot].depth != ParameterTable.carriedDepth {
            let name = model.table[slot].name
            let difference = relativeDifference(gradient.parameters[slot].elements, try fixture.expected("gradient.\(name)"), floor: floor)
            #expect(difference < 1e-4, "\(name)")
        }
    }

    @Test(
        "A row's logits are the same alone and in company, bit for bit in every precision", arguments: cases,
        Precision.allCases.filter(\.isAvailable))
    func neighbours(_ name: String, _ precision: Precision) throws {
        let fixture = try ModelFixture(name)
        var model = try ModelFolder(fixture.folder).classifier()
        model.products = Products(precision)
        let rows = fixture.ids + fixture.trajectoryIds
        let microBatches = [rows.map { $0 }, rows.reversed(), Array(rows.dropFirst().prefix(3))]
        for microBatch in microBatches {
            let together = model.logits(microBatch: microBatch)
            for (row, ids) in microBatch.enumerated() {
                #expect(together.row(row) == model.logits(microBatch: [ids]).row(0))
            }
        }
    }

    @Test("Loss and gradients above the cut are the same wherever the cut stands, bit for bit", arguments: cases)
    func boundary(_ name: String) throws {
        let fixture = try ModelFixture(name)
        let model = try ModelFolder(fixture.folder).classifier()
        let blocks = model.encoder.blockCount
        var backwardWhole = Backpropagation(model)
        let whole = backwardWhole.run(Batch(rows: fixture.ids, targets: .labels(fixture.labels)), model, dropoutKey: nil, threads: 1)
        for frozen in 0...blocks {
            let boundary = FrozenBoundary.after(blocks: frozen)
            let kept = model.states(fixture.ids, below: boundary, pooled: frozen == blocks, threads: 1)
            var at = 0
            let states = fixture.ids.map { row in
                defer { at += frozen == blocks ? 1 : row.count }
                return kept.view[at..<at + (frozen == blocks ? 1 : row.count)]
            }
            var backward = Backpropagation(model, above: boundary)
            let batch = Batch(
                rows: fixture.ids, targets: .labels(fixture.labels), below: frozen == blocks ? .pooled(states) : .states(states))
            let gradient = backward.run(batch, model, dropoutKey: nil, threads: 1)
            #expect(gradient.loss == whole.loss)
            for slot in Trainable(model.table, above: boundary).slots {
                #expect(gradient.parameters[slot].elements == whole.parameters[slot].elements, "\(model.table[slot].name)")
            }
        }
    }

    @Test("Gradients have the same bits at 1, 2 and 3 threads, dropout included", arguments: cases)
    func threads(_ name: String) throws {
        let fixture = try ModelFixture(name)
        let model = try ModelFolder(fixture.folder).classifier()
        let rows = (0..<10).flatMap { _ in fixture.ids }
        let labels = (0..<10).flatMap { _ in fixture.labels }
        let gradients = [1, 2, 3].map { threads in
            var backward = Backpropagation(model)
            let batch = Batch(rows: rows, targets: .labels(labels))
            let gradient = backward.run(batch, model, dropoutKey: DropoutKey(seed: 7, step: 3), threads: threads)
            return gradient.parameters.matrices.map(\.elements)
        }
        // Compared beforehand, so that a failure does not print thousands of numbers.
        let differing = gradients[0].indices.filter { gradients[0][$0] != gradients[1][$0] || gradients[0][$0] != gradients[2][$0] }
        #expect(differing.map { model.table.entries[$0].name } == [])
    }
}
