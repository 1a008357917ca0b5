import Foundation
import TenorFiles
import TenorReading
import TenorSupport
import Testing

/// Every setting in the tables of a tokenizer's files, changed in a small folder.
@Suite struct TokenizerSettingsTests {
    private static let cases = SettingsCase.all("tokenizers")
    private static let wrong: JSON = ["wrong": []]
    private static let config = "tokenizer_config.json"
    private static let map = "special_tokens_map.json"
    private static let whole = "tokenizer.json"
    private static let roles = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"]
    private static let folders = ["4", "5"].flatMap { version in
        ((try? FileManager.default.contentsOfDirectory(atPath: path("saved/\(version)"))) ?? []).map {
            "saved/\(version)/\($0)"
        }
    }.sorted()

    private static func path(_ name: String) -> String { Fixtures.package.appendingPathComponent("Tests/Fixtures/\(name)").path }

    // These take the folder, which is deleted when nothing needs it any more.
    private func tokenizer(_ folder: ChangedFolder) throws -> any Tokenizer { try loadTokenizer(folder: folder.path) }

    private func ids(_ folder: ChangedFolder, _ texts: [String]) throws -> [[Int32]] { try ids(folder.path, texts) }

    private func ids(_ path: String, _ texts: [String]) throws -> [[Int32]] {
        let tokenizer = try loadTokenizer(folder: path)
        return texts.map { tokenizer.ids($0, maxLength: 1 << 20).ids }
    }

    /// The message of the error that a folder's tokenizer gives; "" if there is none.
    private func complaint(_ folder: ChangedFolder) -> String {
        do {
            _ = try loadTokenizer(folder: folder.path)
            return ""
        } catch { return "\(error)" }
    }

    private func warnings(_ folder: ChangedFolder) throws -> [String] { try loadTokenizer(folder: folder.path).kind.warnings }

    @Test(arguments: cases) func `A computed setting changes ids as in transformers`(_ item: SettingsCase) throws {
        let name = "saved/4/\(item.folder)"
        let without = [Self.whole]
        let folder = try ChangedFolder(name, Self.config, without: without) { $0[item.key] = item.value }
        let found = try ids(folder, item.texts)
        for (text, (own, expected)) in zip(item.texts, zip(found, item.ids)) { #expect(own == expected, "\(text)") }
        let unchanged = try ChangedFolder(name, Self.config, without: without) { _ in }
        #expect(try ids(unchanged, item.texts) != found)
    }

    @Test func `Every other computed setting of tokenizer_config has a case`() throws {
        var tested = Set(Self.cases.map(\.key))
        func changed(_ key: String, _ value: JSON, in name: String = "saved/4/bert", without: [String] = []) throws -> ChangedFolder {
            tested.insert(key)
            return try ChangedFolder(name, Self.config, without: without) { $0[key] = value }
        }
        for key in ["tokenizer_class", "truncation_side", "added_tokens_decoder", "never_split"] {
            let value: JSON = key == "never_split" ? ["soup"] : Self.wrong
            #expect(complaint(try changed(key, value, without: [Self.whole])).contains("'\(key)'"), "\(key)")
        }
        for key in Self.roles { #expect(complaint(try changed(key, Self.wrong)).contains("'\(key)'"), "\(key)") }
        #expect(try tokenizer(changed("model_max_length", 9)).maxLength == 9)
        let old = try ChangedFolder("saved/4/bert", Self.config) { ($0["model_max_length"], $0["max_len"]) = (nil, 8) }
        tested.insert("max_len")
        #expect(try tokenizer(old).maxLength == 8)
        // An ordinary piece that becomes special is no longer a text's.
        let special = try changed("additional_special_tokens", ["the"], in: "tokenizers/bert", without: [Self.whole])
        #expect(try ids(special, ["the"]) != ids(Self.path("tokenizers/bert"), ["the"]))
        #expect(tested == SettingsTable.tokenizer.computed)
        #expect(Set(Self.roles + ["additional_special_tokens"]) == SettingsTable.specials.computed)
    }

    @Test func `The class that config names counts if the tokenizer's file names none`() throws {
        let name = "tokenizers/bert"
        let folder = try ChangedFolder(name, "config.json", without: [Self.config, Self.whole]) { $0["tokenizer_class"] = "T5Tokenizer" }
        #expect(complaint(folder).contains("T5Tokenizer"))
    }

    @Test func `Roles in special_tokens_map count`() throws {
        for key in Self.roles {
            let folder = try ChangedFolder("tokenizers/bert", Self.map, without: [Self.config]) { $0[key] = Self.wrong }
            #expect(complaint(folder).contains("'\(key)'"), "\(key)")
        }
        let special = try ChangedFolder("tokenizers/bert", Self.map, without: [Self.config]) { $0["additional_special_tokens"] = ["the"] }
        #expect(try ids(special, ["the"]) != ids(Self.path("tokenizers/bert"), ["the"]))
    }

    @Test func `Every computed part of tokenizer_json counts`() throws {
        let name = "saved/5/albert"
        for key in SettingsTable.steps.computed.subtracting(["truncation", "added_tokens"]) {
            let folder = try ChangedFolder(name, Self.whole) { $0[key] = ["type": "Other", "vocab": [:]] }
            #expect(complaint(folder).contains("'Other', "), "\(key)")
        }
        let added = try ChangedFolder(name, Self.whole) { $0["added_tokens"] = [[:]] }
        #expect(complaint(added).contains("'added_tokens'"))
        let left = try ChangedFolder(name, Self.whole) { $0["truncation"] = ["direction": "Left", "max_length": 5] }
        let tokenizer = try tokenizer(left)
        let text = "The waiter brought the wrong soup."
        #expect(tokenizer.ids(text, maxLength: 6).ids.suffix(5) == tokenizer.ids(text, maxLength: 99).ids.suffix(5))
    }

    @Test func `A refused setting is refused by name, unless its value is accepted`() throws {
        for (key, accepted) in SettingsTable.tokenizer.refused {
            let folder = try ChangedFolder("saved/4/bert", Self.config) { $0[key] = Self.wrong }
            #expect(complaint(folder).hasPrefix("tokenizer_config.json: '\(key)' needs to be "))
            for value in accepted + [.null] {
                #expect(complaint(try ChangedFolder("saved/4/bert", Self.config) { $0[key] = value }) == "", "\(key)")
            }
        }
    }

    @Test(arguments: folders) func `Harmless settings change no ids`(_ name: String) throws {
        let texts = Fixtures.texts + ["a😀b", "see <user>"]
        let whole = try ids(Self.path(name), texts)
        for (file, table) in [(Self.config, SettingsTable.tokenizer), (Self.map, .specials), (Self.whole, .steps)] {
            guard FileManager.default.fileExists(atPath: "\(Self.path(name))/\(file)") else { continue }
            let folder = try ChangedFolder(name, file) { for key in table.harmless { $0[key] = "changed" } }
            #expect(try ids(folder, texts) == whole, "\(file)")
            #expect(try warnings(folder) == [])
        }
    }

    @Test func `Unknown settings get a message, and those of transformers' own folders none`() throws {
        let config = try ChangedFolder("saved/4/bert", Self.config) { ($0["a"], $0["b"]) = (1, 2) }
        #expect(try warnings(config) == ["tokenizer_config.json: unknown settings 'a', 'b' are ignored"])
        let whole = try ChangedFolder("saved/5/bert", Self.whole) { $0["dropout"] = 1 }
        #expect(try warnings(whole) == ["tokenizer.json: unknown setting 'dropout' is ignored"])
        let map = try ChangedFolder("tokenizers/bert", Self.map, without: [Self.config]) { $0["start_token"] = "[CLS]" }
        #expect(try warnings(map) == ["special_tokens_map.json: unknown setting 'start_token' is ignored"])
        for name in Self.folders { #expect(try loadTokenizer(folder: Self.path(name)).kind.warnings == [], "\(name)") }
    }

    @Test func `A step that is not computed is reported where a SentencePiece model counts in its place`() throws {
        // User-added tokens are found as tokenizer.json says, so without them the model counts.
        let added = ["added_tokens.json", Self.config, Self.map]
        let folder = try ChangedFolder("saved/4/xlm-roberta", Self.whole, without: added) { $0["normalizer"] = ["type": "Nmt"] }
        let tokenizer = try tokenizer(folder)
        #expect(tokenizer.kind.name.contains("SentencePiece"))
        let message = try withExtendedLifetime(folder) { try #require(vocabularyConflict(of: tokenizer, in: folder.path)) }
        #expect(
            message.hasPrefix(
                "tokenizer.json: its normalizer has the step 'Nmt', which is not computed here; sentencepiece.bpe.model counts"))
    }
}
