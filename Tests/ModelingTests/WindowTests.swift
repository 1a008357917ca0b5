import TenorLayers
import TenorModeling
import TenorSupport
import Testing

/// Rows that are several windows on a long text.
@Suite struct WindowTests {
    private static let cases = ["bert-erf", "bert-mean", "deberta-v3", "gpt2", "xlnet"]

    private func windowed(_ fixture: ModelFixture) -> [TokenRow] {
        let ids = fixture.ids.map(\.ids)
        return [TokenRow(windows: [ids[1], ids[2], ids[3]]), fixture.ids[4], TokenRow(windows: [ids[5], ids[0]])]
    }

    @Test("The state of a row is the mean of its windows' states, at any number of threads", arguments: cases)
    func means(_ name: String) throws {
        let fixture = try ModelFixture(name)
        let model = try ModelFolder(fixture.folder).classifier()
        let rows = windowed(fixture)
        let each = model.pooled(fixture.ids, threads: 1)
        let wanted = [[1, 2, 3], [4], [5, 0]].map { windows in
            (0..<each.columns).map { column in windows.reduce(Float(0)) { $0 + each.row($1)[column] } / Float(windows.count) }
        }
        for threads in [1, 2, 3] {
            let pooled = model.pooled(rows, threads: threads)
            for (row, state) in wanted.enumerated() { #expect(Array(pooled.row(row)) == state) }
        }
        // A row without windows has the logits that it has without the others.
        let logits = model.logits(rows, threads: 2)
        #expect(Array(logits.row(1)) == Array(model.logits([fixture.ids[4]], threads: 1).row(0)))
        #expect(model.logits(microBatch: rows).elements == logits.elements)
        #expect(model.features(rows, threads: 1).elements == model.features(rows, threads: 3).elements)
    }

    @Test("A row of one window is that window, and twice the same window is as good as one", arguments: cases)
    func repeated(_ name: String) throws {
        let fixture = try ModelFixture(name)
        let model = try ModelFolder(fixture.folder).classifier()
        #expect(TokenRow(windows: [[5, 6]]) == [5, 6])
        let doubled = fixture.ids.map { TokenRow(windows: [$0.ids, $0.ids]) }
        #expect(model.logits(doubled, threads: 2).elements == model.logits(fixture.ids, threads: 2).elements)
        var backward = Backpropagation(model)
        let once = backward.run(Batch(rows: fixture.ids, targets: .labels(fixture.labels)), model, dropoutKey: nil, threads: 1)
        let twice = backward.run(Batch(rows: doubled, targets: .labels(fixture.labels)), model, dropoutKey: nil, threads: 2)
        #expect(abs(once.loss - twice.loss) < 1e-6)
        for slot in model.table.slots where model.table[slot].depth != ParameterTable.carriedDepth {
            let (a, b) = (once.parameters[slot].elements, twice.parameters[slot].elements)
            #expect(relativeDifference(b, a, floor: once.norm / 1000) < 1e-4, "\(model.table[slot].name)")
        }
    }

    @Test(
        "Gradients with dropout have the same bits at any number of threads, also above a frozen part",
        arguments: ["bert-erf", "bert-mean"])
    func threads(_ name: String) throws {
        let fixture = try ModelFixture(name)
        let model = try ModelFolder(fixture.folder).classifier()
        let rows = windowed(fixture)
        let targets = Targets.labels([0, 1, 2])
        let key = DropoutKey(seed: 3, step: 1, rate: 0.2)
        for boundary in [FrozenBoundary.belowEverything, .after(blocks: 1)] {
            let below: Batch.Below
            if boundary == .belowEverything {
                below = .nothing
            } else {
                let states = model.states(rows, below: boundary, pooled: false, threads: 1)
                var at = 0
                below = .states(
                    rows.map { row in
                        defer { at += row.count }
                        return states.view[at..<at + row.count]
                    })
            }
            let batch = Batch(rows: rows, targets: targets, below: below)
            var gradients: [Gradient] = []
            for threads in [1, 2, 3] {
                var backward = Backpropagation(model, above: boundary)
                gradients.append(backward.run(batch, model, dropoutKey: key, threads: threads))
            }
            for gradient in gradients.dropFirst() {
                #expect(gradient.loss == gradients[0].loss && gradient.norm == gradients[0].norm)
                for slot in model.table.slots {
                    #expect(gradient.parameters[slot].elements == gradients[0].parameters[slot].elements)
                }
            }
        }
    }
}
