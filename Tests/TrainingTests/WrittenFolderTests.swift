import Foundation
import TenorClassifying
import Testing

@Suite struct WrittenFolderTests {
    private let model: SmallModel
    private var folder: String { model.path("tuned") }

    init() throws {
        model = try SmallModel()
        try model.tuner(.none).tune(model.rows(30), output: model.path("tuned"))
    }

    @Test func `A good folder answers, a base gives the output of a new head`() throws {
        #expect(try WrittenFolder(folder, for: "m").logits("w7 w9").count == 2)
        #expect(throws: Never.self) { try WrittenFolder(folder, for: "m").requireAnswer(to: "w7") }
        #expect(throws: Never.self) { try WrittenFolder(model.folder, for: "m").requireOutput(for: "w7") }
    }

    @Test(arguments: ["vocab.txt", "config.json", "model.safetensors"])
    func `A folder that lacks a file is named by its final place`(file: String) throws {
        try FileManager.default.removeItem(atPath: "\(folder)/\(file)")
        let error = #expect(throws: UnusableFolder.self) { try WrittenFolder(folder, for: "my place").requireAnswer(to: "w7") }
        #expect(error?.description.hasPrefix("my place: not saved, because what was written cannot be used: my place") == true)
        #expect(error?.description.contains(folder) == false)
    }

    @Test func `A folder whose answer is not finite is refused`() throws {
        let file = URL(filePath: "\(folder)/model.safetensors")
        var bytes = try Data(contentsOf: file)
        let header = 8 + Int(bytes.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) })
        for at in stride(from: header, to: bytes.count, by: 4) { bytes.replaceSubrange(at..<at + 4, with: [0, 0, 0xC0, 0x7F]) }
        try bytes.write(to: file)
        #expect(throws: UnusableFolder.self) { try WrittenFolder(folder, for: "m").requireAnswer(to: "w7") }
    }
}
