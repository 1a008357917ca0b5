import Foundation
import TenorFiles
import TenorReading
import Testing

/// Folders as transformers 4 and 5 save them, written by Tests/Fixtures/saved.py.
struct SavedFolderTests {
    struct Folder: CustomTestStringConvertible, Sendable {
        let url: URL
        var testDescription: String { "\(url.deletingLastPathComponent().lastPathComponent)/\(url.lastPathComponent)" }
    }

    private struct Expectation: Decodable {
        let texts: [String]
        let ids: [[Int32]]
    }

    static let folders: [Folder] = ["4", "5"].flatMap { version -> [Folder] in
        let place = Fixtures.package.appendingPathComponent("Tests/Fixtures/saved/\(version)")
        let found = (try? FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: nil)) ?? []
        return found.map(Folder.init).sorted { $0.url.path < $1.url.path }
    }

    private func expectation(_ folder: Folder) throws -> Expectation {
        try JSONDecoder().decode(Expectation.self, from: Data(contentsOf: folder.url.appendingPathComponent("expected.json")))
    }

    @Test func `Both versions have their folders`() { #expect(Self.folders.count == 27) }

    @Test(arguments: folders) func `Every text has the ids that AutoTokenizer gives`(folder: Folder) throws {
        let tokenizer = try loadTokenizer(folder: folder.url.path)
        let expected = try expectation(folder)
        for (text, ids) in zip(Fixtures.texts + expected.texts, expected.ids) {
            #expect(tokenizer.ids(text, maxLength: 1 << 20).ids == ids, "\(text.debugDescription)")
            #expect(tokenizer.encode(text, maxLength: 1 << 20).ids == ids, "\(text.debugDescription)")
        }
    }

    @Test(arguments: folders) func `A folder with only tokenizer.json gives the same ids`(folder: Folder) throws {
        let copy = try Scratch()
        for name in ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "config.json"] {
            guard let bytes = try? Data(contentsOf: folder.url.appendingPathComponent(name)) else { continue }
            try copy.write(name, [UInt8](bytes))
        }
        let tokenizer = try loadTokenizer(folder: copy.path)
        let expected = try expectation(folder)
        for (text, ids) in zip(Fixtures.texts + expected.texts, expected.ids) {
            #expect(tokenizer.ids(text, maxLength: 1 << 20).ids == ids, "\(text.debugDescription)")
        }
    }

    @Test(arguments: folders) func `Tokens cover the text from left to right`(folder: Folder) throws {
        let tokenizer = try loadTokenizer(folder: folder.url.path)
        for text in Fixtures.texts {
            let encoding = tokenizer.encode(text, maxLength: 1 << 20)
            var end = 0
            for range in encoding.offsets {
                #expect(range.lowerBound >= 0 && range.upperBound <= text.utf8.count)
                #expect(range.isEmpty || range.upperBound >= end, "\(text.debugDescription)")
                end = max(end, range.upperBound)
            }
        }
    }

    @Test(arguments: folders) func `Truncation on the left keeps the last tokens`(folder: Folder) throws {
        let copy = try Scratch()
        for url in try FileManager.default.contentsOfDirectory(at: folder.url, includingPropertiesForKeys: nil) {
            try copy.write(url.lastPathComponent, [UInt8](try Data(contentsOf: url)))
        }
        var settings = try #require(try JSON(readingFile: "\(copy.path)/tokenizer_config.json").object)
        settings["truncation_side"] = "left"
        try copy.write("tokenizer_config.json", JSON.object(settings).serialized())
        let tokenizer = try loadTokenizer(folder: copy.path)
        let text = "The waiter brought the wrong soup twice, and nobody said sorry."
        let whole = tokenizer.encode(text, maxLength: 1 << 20)
        let around = tokenizer.encode("", maxLength: 1 << 20).ids.count
        let cut = tokenizer.encode(text, maxLength: around + 5)
        #expect(cut.ids.count == around + 5 && cut.truncated == whole.ids.count - cut.ids.count)
        #expect(cut.ids.suffix(5) == whole.ids.suffix(5) && cut.offsets.suffix(5) == whole.offsets.suffix(5))
        #expect(tokenizer.ids(text, maxLength: around + 5).ids == cut.ids)
    }
}
