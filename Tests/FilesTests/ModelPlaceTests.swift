import Foundation
import TenorFiles
import TenorSupport
import Testing

@Suite struct ModelPlaceTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ text: String, to name: String) throws {
        let url = URL(filePath: folder(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    private func modules(_ path: String) -> String {
        #"[{"type": "sentence_transformers.models.Transformer", "path": "\#(path)"}, {"type": "x.Pooling", "path": "1_Pooling"}]"#
    }

    @Test func `The encoder is in the folder itself unless modules json says otherwise`() throws {
        #expect(ModelPlace(folder.path).encoder == folder.path)
        try write(modules("0_Transformer"), to: "modules.json")
        #expect(ModelPlace(folder.path).encoder == folder("0_Transformer"))
        #expect(ModelPlace(folder.path).root == folder.path)
        try write("{}", to: "config.json")
        #expect(ModelPlace(folder.path).encoder == folder.path)
    }

    @Test(arguments: ["", "/etc", "../other", "a/../../b"])
    func `A module's path that leaves the folder is not followed`(path: String) throws {
        try write(modules(path), to: "modules.json")
        #expect(ModelPlace(folder.path).encoder == folder.path)
    }

    @Test func `The cache of a hub stands for the version that refs main names`() throws {
        try write("0123abcd\n", to: "refs/main")
        try write(modules("0_Transformer"), to: "snapshots/0123abcd/modules.json")
        let place = ModelPlace(folder.path)
        #expect(place.root == folder("snapshots/0123abcd"))
        #expect(place.encoder == folder("snapshots/0123abcd/0_Transformer"))
    }

    @Test(arguments: ["", "../../elsewhere", "main", "0123 /x"])
    func `A reference that is no commit is not followed`(reference: String) throws {
        try write(reference, to: "refs/main")
        #expect(ModelPlace(folder.path).root == folder.path)
    }
}
