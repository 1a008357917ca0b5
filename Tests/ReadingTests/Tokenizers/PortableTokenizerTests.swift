import Foundation
import TenorFiles
import TenorReading
import Testing

struct PortableTokenizerTests {
    /// The tokenizer files of a saved folder as a tuned folder has them, beside the folder's config.json.
    private func portable(_ folder: SavedFolderTests.Folder) throws -> Scratch {
        let tokenizer = try loadTokenizer(folder: folder.url.path)
        let copy = try Scratch()
        for (name, bytes) in try portableTokenizerFiles(of: tokenizer, in: folder.url.path) { try copy.write(name, bytes) }
        try copy.write("config.json", [UInt8](try Data(contentsOf: folder.url.appendingPathComponent("config.json"))))
        return copy
    }

    @Test(arguments: SavedFolderTests.folders) func `The ids stay the same`(folder: SavedFolderTests.Folder) throws {
        let copy = try portable(folder)
        let (before, after) = (try loadTokenizer(folder: folder.url.path), try loadTokenizer(folder: copy.path))
        for text in Fixtures.texts {
            #expect(after.ids(text, maxLength: 64).ids == before.ids(text, maxLength: 64).ids, "\(text.debugDescription)")
        }
    }

    @Test(arguments: SavedFolderTests.folders)
    func `Both versions of transformers read tokenizer json as it is where they would differ`(folder: SavedFolderTests.Folder) throws {
        let copy = try portable(folder)
        let settings = try JSON(readingFile: "\(copy.path)/tokenizer_config.json")
        let rebuilt = ["albert", "camembert", "deberta-v2-punct", "rembert", "xlm-roberta", "xlnet-symbols", "modernbert"]
        let isRebuilt = rebuilt.contains(folder.url.lastPathComponent.replacing("modernbert-flags", with: "modernbert"))
        #expect((settings["tokenizer_class"]?.string == "PreTrainedTokenizerFast") == isRebuilt)
        #expect(settings["extra_special_tokens"]?.array == nil)
        if isRebuilt {
            let files = try FileManager.default.contentsOfDirectory(atPath: copy.path)
            #expect(!files.contains { $0.hasSuffix(".model") })
            let template = try JSON(readingFile: "\(copy.path)/tokenizer.json")["post_processor"]
            #expect(template?["special_tokens"]?.object?.members.isEmpty == false)
        }
    }

    @Test func `Models get the token types that they were trained with`() throws {
        func inputs(_ type: String) throws -> [String]? {
            let source = Fixtures.package.appendingPathComponent("Tests/Fixtures/saved/5/bert")
            let folder = try Scratch()
            for name in ["tokenizer.json", "tokenizer_config.json"] {
                try folder.write(name, [UInt8](try Data(contentsOf: source.appendingPathComponent(name))))
            }
            try folder.write("config.json", #"{"model_type": "\#(type)"}"#)
            let files = try portableTokenizerFiles(of: loadTokenizer(folder: folder.path), in: folder.path)
            let bytes = try #require(files.first { $0.name == "tokenizer_config.json" }).bytes
            return try bytes.withUnsafeBytes { try JSON(parsing: $0) }["model_input_names"]?.array?.compactMap(\.string)
        }
        #expect(try inputs("distilbert") == ["input_ids", "attention_mask"])
        for type in ["albert", "deberta-v2", "rembert", "xlnet"] {
            #expect(try inputs(type) == ["input_ids", "token_type_ids", "attention_mask"])
        }
        #expect(try inputs("bert") == nil)
    }
}
