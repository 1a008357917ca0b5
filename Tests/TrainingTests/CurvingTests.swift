import TenorFiles
import TenorLayers
import TenorModeling
import TenorSupport
import TenorTraining
import Testing

/// `Tests/Fixtures/terms.py` generates the expected values with scikit-learn.
@Suite struct TermFeaturesTests {
    private static let fixture = try! JSON(readingFile: ModelFixture.path("terms.json"))

    private func strings(_ key: String) -> [String] { Self.fixture[key]!.array!.compactMap(\.string) }

    @Test(arguments: ["all", "frequent"])
    func `Features are those of scikit-learn's TfidfVectorizer`(name: String) throws {
        let json = try #require(Self.fixture[name])
        let features = TermFeatures(strings("texts"), mostTerms: json["most"]?.int ?? .max)
        #expect(features.terms == json["terms"]?.array?.compactMap(\.string))
        for (texts, key) in [("texts", "fitted"), ("otherTexts", "others")] {
            let wanted = json[key]!.array!.flatMap { $0.array!.compactMap(\.double) }.map(Float.init)
            #expect(largestDifference(features.matrix(strings(texts)).elements, wanted) < 1e-7)
        }
    }

    @Test func `Texts without a word have one column of zeros`() {
        let features = TermFeatures(["", "…"])
        #expect(features.terms == [])
        #expect(features.matrix(["", "known"]).elements == [0, 0])
    }
}

@Suite struct CurveRowsTests {
    /// 90 rows of label 0, 30 of label 1, and 6 of label 2; the text of row 0 is that of rows 3, 6, 9 too.
    private static let labels = (0..<126).map { $0 < 90 ? 0 : $0 < 120 ? 1 : 2 }
    private static let corpus = TrainingData.Source(
        rows: TrainingData.Rows(texts: (0..<126).map { $0 < 10 && $0 % 3 == 0 ? "twin" : "text \($0)" }, labels: labels),
        name: "corpus.csv", digest: "")

    private func rows(_ test: TrainingData.Rows? = nil, sizes: [Int]? = nil, draws: Int = 3, seed: UInt64 = 1) throws -> CurveRows {
        try CurveRows(Self.corpus, test: test, labels: 3, sizes: sizes, draws: draws, seed: seed)
    }

    @Test func `A third of the rows of each label is held out, and no text of it is in a draw`() throws {
        for seed in 1..<5 as Range<UInt64> {
            let rows = try rows(seed: seed)
            #expect((0..<3).map { label in rows.test.targets.labels.count { $0 == label } } == [30, 10, 2])
            #expect(Set(rows.test.texts).isDisjoint(with: rows.train.texts))
            let twins = rows.test.texts.count { $0 == "twin" }
            #expect(rows.leftOut == (twins == 0 ? 0 : 4 - twins))
            #expect(rows.available == [60 - rows.leftOut, 20, 4])
        }
    }

    @Test func `Of a large corpus a thousand rows are held out`() throws {
        let texts = (0..<6000).map { "text \($0)" }
        let corpus = TrainingData.Source(
            rows: TrainingData.Rows(texts: texts, labels: texts.indices.map { $0 % 2 }), name: "", digest: "")
        let rows = try CurveRows(corpus, test: nil, labels: 2, sizes: nil, draws: 1, seed: 1)
        #expect(rows.test.count == 1000)
        // 2 x 2048 rows would be more than 3,000.
        #expect(rows.sizes == [8, 16, 32, 64, 128, 256, 512, 1024])
    }

    @Test func `Rows with the text of a test row from a file are left out`() throws {
        let rows = try rows(TrainingData.Rows(texts: ["twin", "text 1"], labels: [0, 0]))
        #expect(rows.test.count == 2 && rows.leftOut == 5)
        #expect(rows.available == [85, 30, 6])
    }

    @Test func `Draws have as many rows of each label, all rows of one with fewer, and grow with the size`() throws {
        let rows = try rows(sizes: [3, 8, 16])
        for draw in 0..<3 {
            let drawn = rows.sizes.map { rows.rows(perLabel: $0, draw: draw) }
            #expect(
                drawn.map { drawn in (0..<3).map { label in drawn.count { rows.train.targets.labels[$0] == label } } }
                    == [[3, 3, 3], [8, 8, 4], [16, 16, 4]])
            #expect(Set(drawn[0]).isSubset(of: drawn[1]) && Set(drawn[1]).isSubset(of: drawn[2]))
            for rows in drawn { #expect(rows == Set(rows).sorted()) }
        }
        #expect(rows.rows(perLabel: 8, draw: 0) != rows.rows(perLabel: 8, draw: 1))
        #expect(Set((0..<3).flatMap { rows.rows(perLabel: 16, draw: $0) }) == Set(rows.train.texts.indices))
    }

    @Test func `Draws depend on the seed alone`() throws {
        func texts(seed: UInt64) throws -> [String] {
            let rows = try rows(sizes: [2], seed: seed)
            return rows.rows(perLabel: 2, draw: 1).map { rows.train.texts[$0].first }
        }
        #expect(try texts(seed: 1) == texts(seed: 1))
        #expect(try texts(seed: 1) != texts(seed: 2))
    }

    @Test func `Sizes double as far as the rarest label goes that has eight rows`() throws {
        // 20 rows of label 1; label 2, with 4, does not count.
        #expect(try rows().sizes == [8, 16])
    }

    @Test func `Too few rows, and sizes that no label has the rows for, are errors`() throws {
        let few = TrainingData.Source(
            rows: TrainingData.Rows(texts: (0..<12).map { "text \($0)" }, labels: (0..<12).map { $0 % 2 }), name: "few.csv", digest: "")
        #expect(throws: CurveError.tooFewRows(source: "few.csv", most: 4)) {
            try CurveRows(few, test: nil, labels: 2, sizes: nil, draws: 1, seed: 1)
        }
        #expect(try CurveRows(few, test: nil, labels: 2, sizes: [2, 4], draws: 1, seed: 1).test.count == 4)
        #expect(throws: OptionError("sizes", needed: "at most 4, the rows of the most frequent label that are not test rows")) {
            try CurveRows(few, test: nil, labels: 2, sizes: [2, 5], draws: 1, seed: 1)
        }
        #expect(throws: CurveError.tooFewRows(source: "few.csv", most: 0)) {
            try CurveRows(few, test: few.rows, labels: 2, sizes: [2], draws: 1, seed: 1)
        }
    }
}

@Suite struct FreshWeightsTests {
    @Test(arguments: ["bert-erf", "bert-mean", "deberta-v3", "xlnet"])
    func `Fresh weights are the family's initial values`(name: String) throws {
        let model = try ModelFolder(try ModelFixture(name).folder).classifier()
        let fresh = try model.fresh(seed: 3)
        let deviation = try model.configuration.float("initializer_range", default: 0.02)
        var squares = 0.0
        var count = 0
        for slot in model.table.slots {
            let (entry, values) = (model.table[slot], fresh.weights[slot].elements)
            if entry.depth == ParameterTable.carriedDepth {
                #expect(values == model.weights[slot].elements)
                continue
            }
            switch entry.initial {
            case .zeros: #expect(values.allSatisfy { $0 == 0 }, "\(entry.name)")
            case .ones: #expect(values.allSatisfy { $0 == 1 }, "\(entry.name)")
            case .normal:
                #expect(Set(values).count > values.count / 2, "\(entry.name)")
                squares += values.reduce(0) { $0 + Double($1) * Double($1) }
                count += values.count
            }
        }
        #expect(abs((squares / Double(count)).squareRoot() / Double(deviation) - 1) < 0.05)
        #expect(try model.fresh(seed: 3).weights.matrices.map(\.elements) == fresh.weights.matrices.map(\.elements))
        #expect(try model.fresh(seed: 4).weights.matrices.map(\.elements) != fresh.weights.matrices.map(\.elements))
    }
}
