import Foundation
import TenorFiles
import TenorLayers
import TenorModeling
import TenorSupport
import Testing

/// The real all-MiniLM-L6 with a head of numbers that both sides can compute, against transformers on 64 texts.
@Suite struct MiniLMTests {
    static let folder = ProcessInfo.processInfo.environment["TENOR_MINILM"] ?? ""
    static var isThere: Bool { FileManager.default.fileExists(atPath: folder + "/model.safetensors") }

    @Test(
        "The real MiniLM gives transformers' logits to 1e-4, from its pooler and from the mean of its states",
        .enabled(if: isThere, "TENOR_MINILM names no folder with the model; `make base` fetches it"),
        arguments: [("logits", nil), ("mean", Pooling.mean)] as [(String, Pooling?)])
    func logits(_ key: String, _ pooling: Pooling?) throws {
        var randomness = Randomness(seed: 0)
        var model = try ModelFolder(Self.folder).base(labels: ["0", "1"], pooling: pooling, keepsHead: false, randomness: &randomness)
        for slot in model.table.slots where model.table[slot].name.hasPrefix("classifier.") {
            let entry = model.table[slot]
            let isWeight = entry.name.hasSuffix("weight")
            let numbers = (0..<entry.count).map { Float(isWeight ? sin(1 + 0.37 * Double($0)) : 0.1 * Double($0)) }
            model.weights[slot] = Matrix(rows: entry.rows, columns: entry.columns, numbers)
        }
        let rows = try #require(JSON(readingFile: ModelFixture.path("models/minilm.json"))["rows"]?.array)
        #expect(rows.count == 64)
        let ids = rows.map { TokenRow($0["ids"]!.array!.map { Int32($0.int!) }) }
        let expected = rows.flatMap { $0[key]!.array!.map { Float($0.double!) } }
        #expect(largestDifference(model.logits(ids, threads: 2).elements, expected) < 1e-4)
    }
}
