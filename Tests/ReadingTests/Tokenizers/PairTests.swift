import TenorReading
import TenorSupport
import Testing

/// Compared with AutoTokenizer of transformers 4.57.3; `Tests/Fixtures/pairs.py` wrote the ids.
@Suite struct PairTests {
    private static let fixture = try? PairFixture()

    @Test(arguments: fixture?.tokenizers.keys.sorted() ?? [])
    func `Pairs of texts have the ids and the token types of transformers at every length`(_ name: String) throws {
        let fixture = try #require(Self.fixture)
        let expected = try #require(fixture.tokenizers[name])
        let tokenizer = try loadTokenizer(folder: Fixtures.folder.appendingPathComponent(name).path)
        #expect(tokenizer.takesPairs)
        var row = 0
        for (first, second) in fixture.texts {
            for length in fixture.lengths {
                let (ids, start, truncated) = tokenizer.ids(first, second, maxLength: length)
                #expect(ids == expected[row].ids, "\(first) | \(second), \(length)")
                #expect((truncated > 0) == (expected[row].ids.count < expected[row - row % fixture.lengths.count].ids.count))
                // XLNet's last token has type 2, of which the model knows.
                if let types = expected[row].types, types.contains(1) {
                    #expect(types.map { min($0, 1) } == ids.indices.map { $0 < start ? 0 : 1 })
                }
                row += 1
            }
        }
        #expect(row == expected.count)
    }

    @Test func `Of two texts the longer one is truncated first`() {
        func kept(_ first: Int, _ second: Int, _ limit: Int) -> [Int] {
            let kept = PairTemplate.kept(first, second, limit: limit)
            return [kept.first, kept.second]
        }
        #expect(kept(3, 4, 7) == [3, 4])
        #expect(kept(3, 40, 10) == [3, 7])
        #expect(kept(40, 3, 10) == [7, 3])
        #expect(kept(40, 30, 11) == [6, 5])
        #expect(kept(30, 40, 11) == [5, 6])
        #expect(kept(5, 5, 0) == [0, 0])
    }
}
