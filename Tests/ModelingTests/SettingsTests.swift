import Foundation
import TenorFiles
import TenorModeling
import TenorSupport
import Testing

/// Every setting in the tables of a model folder's files, changed in a small folder.
@Suite struct SettingsTests {
    private static let cases = SettingsCase.all("models")
    /// A folder of each model type.
    static let folders = [
        "albert", "bert-erf", "camembert", "deberta-v3", "distilbert", "electra", "gpt2", "modernbert", "mpnet", "rembert", "roberta",
        "xlm-roberta", "xlnet",
    ]
    /// What no value of its setting can be.
    private static let wrong: JSON = ["wrong": []]

    private func type(of folder: String) throws -> String { try Configuration(folder: ModelFixture.path("models/\(folder)")).modelType }

    private func changed(_ folder: String, _ change: (inout JSON.Object) -> Void) throws -> ChangedFolder {
        try ChangedFolder("models/\(folder)", "config.json", change)
    }

    private func logits(_ folder: ChangedFolder, _ fixture: String) throws -> [Float] { try logits(of: folder.path, fixture) }

    private func logits(_ fixture: String) throws -> [Float] { try logits(of: ModelFixture.path("models/\(fixture)"), fixture) }

    private func logits(of path: String, _ fixture: String) throws -> [Float] {
        let rows = Array(try ModelFixture(fixture).ids[1..<4])
        return try ModelFolder(path).classifier().logits(rows, threads: 1).elements
    }

    /// The message of the error that a folder's classifier gives; "" if there is none.
    private func complaint(_ folder: ChangedFolder) -> String {
        do {
            _ = try ModelFolder(folder.path).classifier()
            return ""
        } catch { return "\(error)" }
    }

    @Test func `Every model type has a folder here`() throws {
        #expect(try Set(Self.folders.map(type)) == Set(Family.knownModelTypes))
        #expect(Self.cases.count == 92)
    }

    @Test(arguments: cases) func `A computed setting changes logits as in transformers`(_ item: SettingsCase) throws {
        let folder = try changed(item.folder) {
            $0[item.key] = item.value
        }
        let found = try logits(folder, item.folder)
        #expect(largestDifference(found, item.logits.flatMap { $0 }) < 1e-4)
        #expect(largestDifference(found, try logits(item.folder)) > 1e-4)
    }

    @Test(arguments: folders) func `A computed setting with no such case is read: a wrong value is refused`(_ name: String) throws {
        let type = try type(of: name)
        let compared = try Set(Self.cases.filter { try self.type(of: $0.folder) == type }.map(\.key))
        // These have tests of their own, below and among those of tokenizers.
        let own: Set = ["architectures", "num_labels", "_num_labels", "tokenizer_class"]
        for key in SettingsTable.configuration(of: type).computed.subtracting(compared).subtracting(own) {
            let folder = try changed(name) {
                if key == "local_rope_theta" || key == "global_rope_theta" { $0["rope_parameters"] = nil }
                $0[key] = Self.wrong
            }
            let named = SettingsTable.aliases[type]?[key] ?? key
            #expect(complaint(folder).contains("'\(named)'"), "\(key)")
        }
        for key in ["num_labels", "_num_labels"] {
            let folder = try changed(name) { ($0["id2label"], $0[key]) = (nil, Self.wrong) }
            #expect(complaint(folder).contains("'\(key)'"))
        }
        let folder = try changed(name) { $0["architectures"] = ["OtherForTokenClassification"] }
        #expect(complaint(folder).contains("'architectures'"))
    }

    @Test(arguments: folders) func `A refused setting is refused by name, unless its value is accepted`(_ name: String) throws {
        let table = SettingsTable.configuration(of: try type(of: name))
        let whole = try logits(name)
        for (key, accepted) in table.refused {
            let folder = try changed(name) { $0[key] = Self.wrong }
            #expect(complaint(folder).contains("'\(key)' is {\"wrong\":[]}, it must be "))
            for value in accepted + [.null] {
                #expect(try logits(changed(name) { $0[key] = value }, name) == whole, "\(key)")
            }
        }
    }

    @Test(arguments: folders) func `Harmless settings change nothing`(_ name: String) throws {
        let table = SettingsTable.configuration(of: try type(of: name))
        let folder = try changed(name) { for key in table.harmless { $0[key] = "changed" } }
        #expect(try logits(folder, name) == logits(name))
        #expect(try ModelFolder(folder.path).warnings == [])
    }

    @Test(arguments: folders) func `A setting is in one list of a table`(_ name: String) throws {
        let table = SettingsTable.configuration(of: try type(of: name))
        #expect(table.computed.isDisjoint(with: table.refused.keys) && table.harmless.isDisjoint(with: table.refused.keys))
    }

    @Test func `An unknown setting gets a message, and a long list is cut`() throws {
        let one = try changed("bert-erf") { $0["rotary_base"] = 10 }
        #expect(try ModelFolder(one.path).warnings == ["\(one.path)/config.json: unknown setting 'rotary_base' is ignored"])
        let many = try changed("bert-erf") { for index in 1...7 { $0["x\(index)"] = true } }
        let message = "\(many.path)/config.json: unknown settings 'x1', 'x2', 'x3', 'x4', 'x5' and 2 more are ignored"
        #expect(try ModelFolder(many.path).warnings == [message])
        let long = try changed("bert-erf") { $0[String(repeating: "k", count: 5000)] = true }
        #expect(try ModelFolder(long.path).warnings[0].count < long.path.count + 150)
    }

    @Test func `No folder of the fixtures gets a message`() throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: ModelFixture.path("models")) where !name.hasSuffix(".json") {
            #expect(try ModelFolder(ModelFixture.path("models/\(name)")).warnings == [], "\(name)")
        }
    }

    // MARK: sentence-transformers

    /// The files of a sentence-transformers folder, and their tables.
    private static let files: [(String, SettingsTable)] = [
        ("sentence_bert_config.json", .sentenceTransformer), ("config_sentence_transformers.json", .sentenceEncoder),
        ("1_Pooling/config.json", .pooling), ("2_Dense/config.json", .dense),
    ]

    private func sentenceEncoder(_ file: String, _ change: (inout JSON.Object) -> Void) throws -> ChangedFolder {
        try ChangedFolder("models/bert-mean", file, change)
    }

    @Test func `In a sentence encoder's files, refused settings are refused and harmless ones change nothing`() throws {
        let whole = try logits("bert-mean")
        for (file, table) in Self.files {
            for (key, accepted) in table.refused {
                let folder = try sentenceEncoder(file) { $0[key] = Self.wrong }
                #expect(complaint(folder).contains("'\(key)' is {\"wrong\":[]}, it must be "), "\(file) \(key)")
                for value in accepted { #expect(try logits(sentenceEncoder(file) { $0[key] = value }, "bert-mean") == whole) }
            }
            let folder = try sentenceEncoder(file) { for key in table.harmless { $0[key] = "changed" } }
            #expect(try logits(folder, "bert-mean") == whole)
            #expect(try ModelFolder(folder.path).warnings == [], "\(file)")
            let odd = try sentenceEncoder(file) { $0["x"] = 1 }
            #expect(try ModelFolder(odd.path).warnings.map { $0.hasSuffix("\(file): unknown setting 'x' is ignored") } == [true], "\(file)")
        }
    }

    @Test func `In a sentence encoder's files, computed settings count`() throws {
        var tested: Set<String> = []
        func folder(_ file: String, _ key: String, _ value: JSON, _ more: (inout JSON.Object) -> Void = { _ in }) throws -> ChangedFolder {
            tested.insert(key)
            return try sentenceEncoder(file) {
                more(&$0)
                $0[key] = value
            }
        }
        func opened(_ folder: ChangedFolder) throws -> ModelFolder { try ModelFolder(folder.path) }
        #expect(try opened(folder("sentence_bert_config.json", "max_seq_length", 9)).maxLength == 9)
        let pooling = "1_Pooling/config.json"
        for mode: JSON in ["max", "lasttoken", "last", ["cls", "mean"]] {
            #expect(complaint(try folder(pooling, "pooling_mode", mode)).contains("'pooling_mode' is "))
        }
        #expect(try !opened(folder(pooling, "pooling_mode", "cls")).hasOwnHead())
        #expect(complaint(try folder(pooling, "pooling_mode_cls_token", true)).contains("'pooling_mode_cls_token'"))
        let first = try folder(pooling, "pooling_mode_mean_tokens", false) { $0["pooling_mode_cls_token"] = true }
        #expect(try opened(first).modules?.pooling == .first)
        #expect(try !opened(folder("2_Dense/config.json", "activation_function", "torch.nn.modules.activation.Tanh")).hasOwnHead())
        #expect(tested == Self.files.reduce([]) { $0.union($1.1.computed) })
    }

    @Test func `In a list of modules, unknown settings get a message`() throws {
        let list = try TemporaryFolder()
        let modules = #"[{"idx":0,"name":"0","path":"","type":"a.Transformer","kwargs":["task"]}]"#
        try modules.write(toFile: list("modules.json"), atomically: true, encoding: .utf8)
        for name in ["config.json", "model.safetensors"] {
            try FileManager.default.createSymbolicLink(
                atPath: list(name), withDestinationPath: ModelFixture.path("models/bert-mean/\(name)"))
        }
        #expect(try ModelFolder(list.path).warnings == ["\(list.path)/modules.json: unknown setting 'kwargs' is ignored"])
        #expect(SettingsTable.module.computed == ["type", "path"], "tests of sentence encoders with other lists change these")
    }
}
