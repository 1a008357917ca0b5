import Foundation
import TenorClassifying
import TenorFiles
import TenorLayers
import TenorSupport
import TenorTraining
import Testing

/// `Tests/Fixtures/choosing.py` generates the expected scores with numpy.
@Suite struct ChoosingTests {
    private static let fixture = try! JSON(readingFile: ModelFixture.path("choosing.json"))

    @Test(arguments: 0..<3)
    func `LogME is the evidence that its paper's updates reach`(index: Int) throws {
        let json = try #require(Self.fixture["cases"]?.array?[index])
        let values = json["features"]!.array!.map { $0.array!.compactMap(\.double) }
        let matrix = Matrix(rows: values.count, columns: values[0].count, values.joined().map(Float.init))
        let labels = json["labels"]!.array!.compactMap(\.int)
        let score = LogME(values.indices.map { matrix.view[$0..<$0 + 1] }, labels, threads: 2).score
        #expect(abs(score - json["score"]!.double!) < 1e-8)
    }

    private func source(_ counts: [Int], text: String = "text") -> TrainingData.Source {
        let labels = counts.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element) }
        return TrainingData.Source(rows: TrainingData.Rows(texts: labels.map { _ in text }, labels: labels), name: "x.csv", digest: "")
    }

    private func counts(_ sample: ChoosingSample, _ labels: Int) -> [Int] {
        (0..<labels).map { label in sample.rows.targets.labels.count { $0 == label } }
    }

    @Test func `A sample has the labels' shares, and two rows of a rare one`() throws {
        #expect(counts(try ChoosingSample(source([3000, 2000, 2]), seed: 1), 3) == [300, 200, 2])
        #expect(counts(try ChoosingSample(source([6, 3]), seed: 1), 2) == [6, 3])
    }

    @Test func `A sample of long texts has fewer rows, and one of many labels the frequent ones`() throws {
        let long = try ChoosingSample(source([500, 500], text: String(repeating: "word ", count: 200)), seed: 1)
        #expect(counts(long, 2) == [94, 94])
        let many = try ChoosingSample(source(Array(repeating: 2, count: 400) + [3]), seed: 1)
        #expect(many.rows.count <= 502 && counts(many, 401)[400] > 0)
        #expect(throws: ChoosingError.tooFewRows(source: "x.csv")) { try ChoosingSample(source([1, 1]), seed: 1) }
    }

    @Test func `A card's licence is read from its front matter`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "card-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(cardLicence(of: folder.path) == nil)
        for (text, licence) in [
            ("---\nlanguage: en\nlicense: apache-2.0\n---\n", "apache-2.0"), ("---\r\nlicense: \"mit\"\r\n---\r\n", "mit"),
            ("---\nlanguage: en\n---\nlicense: mit\n", nil), ("license: mit\n", nil), ("---\nlicense:\n---\n", nil),
        ] {
            try Data(text.utf8).write(to: folder.appending(path: "README.md"))
            #expect(cardLicence(of: folder.path) == licence, "\(text)")
        }
    }
}
