import TenorLayers
import TenorModeling
import TenorSupport
import Testing

/// Compared with transformers 4.57.3; `Tests/Fixtures/pairs.py` wrote the numbers.
@Suite struct PairParityTests {
    private static let fixture = try? PairFixture()

    @Test func `Every family with a head of its own has a case`() throws {
        let names = try #require(Self.fixture).models.keys
        let types = try Set(names.map { try ModelFolder(ModelFixture.path("models/\($0)")).configuration.modelType })
        #expect(types == Set(Family.knownModelTypes))
    }

    @Test(arguments: fixture?.models.keys.sorted() ?? []) func `Logits of pairs are those of transformers to 1e-4`(_ name: String) throws {
        let rows = try #require(Self.fixture?.models[name])
        let model = try ModelFolder(ModelFixture.path("models/\(name)")).classifier()
        let logits = model.logits(rows.map { TokenRow($0.ids, second: $0.second) }, threads: 2)
        for (row, expected) in rows.enumerated() {
            #expect(largestDifference(Array(logits.row(row)), expected.logits) < 1e-4, "\(row)")
        }
    }
}
