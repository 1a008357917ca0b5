import TenorLayers
import TenorModeling
import TenorSupport
import Testing

/// A weight that is not finite, in each parameter of every family: the answers show it in every precision, whatever softmax or rounding to
/// int8 would make of it.
@Suite struct NonFiniteTests {
    @Test(
        "A weight that is NaN or infinite is found before it is used, or makes all answers that it took part in NaN",
        arguments: ModelFixture.cases, [Float.nan, -.infinity])
    func everyPlace(_ name: String, _ bad: Float) throws {
        let fixture = try ModelFixture(name)
        let model = try ModelFolder(fixture.folder).classifier()
        for slot in model.table.slots {
            var broken = model
            let piece = Int(fixture.ids[0].ids.last!)
            let row = slot == model.encoder.tokenEmbeddings ? piece : model.table[slot].rows - 1
            broken.weights[slot][row, model.table[slot].columns / 2] = bad
            #expect(broken.firstNonFinite(threads: 1) == model.table[slot].name)
            if !broken.isLookedAtInUse(slot) { continue }
            for precision in Precision.allCases where precision.isAvailable {
                broken.products = Products(precision)
                let logits = broken.logits(microBatch: fixture.ids)
                for (row, tokens) in fixture.ids.enumerated()
                where slot != model.encoder.tokenEmbeddings || tokens.ids.contains(Int32(piece)) {
                    let isNaN = logits.row(row).allSatisfy(\.isNaN)
                    #expect(isNaN, "\(model.table[slot].name) in \(precision)")
                }
            }
        }
    }

    @Test("An infinite number that no text uses changes no answer", arguments: Precision.allCases.filter(\.isAvailable))
    func unused(_ precision: Precision) throws {
        let fixture = try ModelFixture("bert-erf")
        var model = try ModelFolder(fixture.folder).classifier()
        model.products = Products(precision)
        let whole = model.logits(microBatch: fixture.ids).elements
        let used = Set(fixture.ids.map(\.ids).joined())
        let unused = try #require((0..<Int32(model.table[model.encoder.tokenEmbeddings].rows)).first { !used.contains($0) })
        model.weights[model.encoder.tokenEmbeddings][Int(unused), 0] = .infinity
        #expect(model.logits(microBatch: fixture.ids).elements == whole)
    }
}
