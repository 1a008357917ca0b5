import Layers
import Modeling
import Support
import Testing

/// Held against transformers 4.57.3 and torch; `Tests/Fixtures/models.py` made the numbers.
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
        var back = Backpropagation(model, above: .belowEverything)
        let loss = back.run(Batch(rows: fixture.ids, labels: fixture.labels, below: .nothing), model, coins: nil, threads: 2)
        #expect(abs(Float(loss) - (try fixture.expected("loss")[0])) < 1e-4)
        // Some gradients are zero but for rounding: a key's bias moves all scores of a row alike. So nothing is held to more than
        // 1e-4 of a thousandth of the whole gradient.
        let floor = back.gradientNorm / 1000
        for slot in model.table.slots where model.table[slot].depth != ParameterTable.carriedDepth {
            let name = model.table[slot].name
            let difference = relativeDifference(back.gradient[slot].elements, try fixture.expected("gradient.\(name)"), floor: floor)
            #expect(difference < 1e-4, "\(name)")
        }
    }

    @Test("A row's logits do not depend on its neighbours, by not a bit", arguments: cases)
    func neighbours(_ name: String) throws {
        let fixture = try ModelFixture(name)
        let model = try ModelFolder(fixture.folder).classifier()
        let together = model.logits(fixture.ids, threads: 1)
        for (row, ids) in fixture.ids.enumerated() {
            let alone = model.logits([ids], threads: 1).elements
            #expect(Array(together.elements[row * alone.count..<(row + 1) * alone.count]) == alone)
        }
    }

    @Test("Loss and gradients above the cut are the same wherever the cut stands, bit for bit", arguments: cases)
    func cut(_ name: String) throws {
        let fixture = try ModelFixture(name)
        let model = try ModelFolder(fixture.folder).classifier()
        let blocks = model.encoder.blockCount
        var whole = Backpropagation(model, above: .belowEverything)
        let wholeLoss = whole.run(Batch(rows: fixture.ids, labels: fixture.labels, below: .nothing), model, coins: nil, threads: 1)
        for frozen in 0...blocks {
            let cut = Cut.after(blocks: frozen)
            let kept = model.states(fixture.ids, below: cut, pooled: frozen == blocks, threads: 1)
            var at = 0
            let states = fixture.ids.map { row in
                defer { at += frozen == blocks ? 1 : row.count }
                return kept.view[at..<at + (frozen == blocks ? 1 : row.count)]
            }
            var back = Backpropagation(model, above: cut)
            let batch = Batch(rows: fixture.ids, labels: fixture.labels, below: frozen == blocks ? .pooled(states) : .states(states))
            #expect(back.run(batch, model, coins: nil, threads: 1) == wholeLoss)
            for slot in model.table.slots where cut.isTrainable(model.table[slot]) {
                #expect(back.gradient[slot].elements == whole.gradient[slot].elements, "\(model.table[slot].name)")
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
            var back = Backpropagation(model, above: .belowEverything)
            _ = back.run(Batch(rows: rows, labels: labels, below: .nothing), model, coins: Coins(seed: 7, step: 3), threads: threads)
            return back.gradient.matrices.map(\.elements)
        }
        // Compared beforehand, so that a failure does not print thousands of numbers.
        let differing = gradients[0].indices.filter { gradients[0][$0] != gradients[1][$0] || gradients[0][$0] != gradients[2][$0] }
        #expect(differing.map { model.table.entries[$0].name } == [])
    }
}
