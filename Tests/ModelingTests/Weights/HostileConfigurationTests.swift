import Foundation
import TenorFiles
import TenorLayers
import TenorModeling
import TenorSupport
import Testing

/// Each way in which config.json, or a sentence encoder's list of modules, can be invalid, and the resulting error.
@Suite struct HostileConfigurationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func fault(_ bytes: [UInt8]) throws -> (any Error)? {
        try Data(bytes).write(to: URL(filePath: folder("config.json")))
        return fault()
    }

    private func fault() -> (any Error)? {
        do {
            _ = try ModelFolder(folder.path)
            return nil
        } catch { return error }
    }

    private func notJSON(_ problem: JSON.Fault.Problem, line: Int, column: Int) -> FileError {
        .notJSON(file: "config.json", JSON.Fault(line: line, column: column, problem: problem))
    }

    @Test func `Every truncation of a good file is an error`() throws {
        let bytes = try Data(contentsOf: URL(filePath: ModelFixture("bert-erf").folder + "/config.json"))
        for count in 0..<bytes.count - 1 {
            guard case .notJSON? = try fault(Array(bytes[..<count])) as? FileError else {
                Issue.record("\(count) bytes were taken for a configuration")
                return
            }
        }
    }

    @Test func `What is not UTF-8, no object or has a key twice`() throws {
        #expect(try fault([0x7B, 0x22, 0xFF, 0x22, 0x7D]) as? FileError == notJSON(.notUTF8, line: 1, column: 2))
        #expect(try fault(Array(#"{"a":1,"a":2}"#.utf8)) as? FileError == notJSON(.duplicateKey("a"), line: 1, column: 8))
        let path = folder("config.json")
        #expect(
            try fault(Array("[1]".utf8)) as? ConfigurationError
                == .wrongKind(file: path, key: nil, found: "something else", needed: "an object"))
        #expect(
            try fault(Array(#"{"model_type":7}"#.utf8)) as? ConfigurationError
                == .wrongKind(file: path, key: "model_type", found: "7", needed: "a string"))
        #expect(try fault(Array("{}".utf8)) as? ConfigurationError == .missing(file: path, key: "model_type", needed: "a string"))
    }

    @Test func `More than a hundred megabytes are not read`() throws {
        #expect(FileManager.default.createFile(atPath: folder("config.json"), contents: nil))
        #expect(truncate(folder("config.json"), 100_000_001) == 0)
        #expect(fault() as? FileError == .tooLong(file: "config.json", bytes: 100_000_001, limit: 100_000_000))
    }

    @Test func `A folder, a pipe, and links in a circle`() throws {
        let path = folder("config.json")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(fault() as? FileError == .notAFile(file: path, kind: "a folder"))
        try FileManager.default.removeItem(atPath: path)
        #expect(mkfifo(path, 0o600) == 0)
        #expect(fault() as? FileError == .notAFile(file: path, kind: "a pipe"))
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "config.json")
        #expect(fault() as? FileError == .unreadable(file: path, reason: "Too many levels of symbolic links"))
    }

    @Test func `Labels that leave a number out`() throws {
        var json = try Configuration(folder: ModelFixture("bert-erf").folder).json
        json["id2label"] = ["0": "a", "2": "c"]
        let wrong = Configuration(file: "config.json", json: json)
        #expect(throws: ConfigurationError.self) { try wrong.labels }
    }

    private func labels(_ change: (inout JSON.Object) -> Void) throws -> [String]? {
        var json = try Configuration(folder: ModelFixture("bert-erf").folder).json
        (json["id2label"], json["label2id"]) = (nil, nil)
        change(&json)
        return try Configuration(file: "config.json", json: json).labels
    }

    @Test func `Labels that are numbers are read as text`() throws {
        #expect(try labels { $0["id2label"] = ["0": 0, "1": 1.50, "2": "two"] } == ["0", "1.5", "two"])
        #expect(throws: ConfigurationError.self) { try labels { $0["id2label"] = ["0": true] } }
        #expect(throws: ConfigurationError.self) { try labels { $0["id2label"] = ["0": .null] } }
    }

    @Test(arguments: ["num_labels", "_num_labels"])
    func `A number of labels without names gives placeholders`(key: String) throws {
        #expect(try labels { $0[key] = 3 } == ["LABEL_0", "LABEL_1", "LABEL_2"])
        #expect(try labels { ($0[key], $0["id2label"]) = (3, ["0": "a", "1": "b"]) } == ["a", "b"])
        #expect(try labels { $0[key] = .null } == nil)
        for wrong: JSON in [0, -1, 1_000_000_000_000, "three"] {
            #expect(throws: ConfigurationError.self) { try labels { $0[key] = wrong } }
        }
    }

    @Test func `A number of labels is not written beside their names`() throws {
        var configuration = Configuration(file: "config.json", json: ["num_labels": 3, "_num_labels": 3])
        configuration.setLabels(["a", "b"])
        #expect(configuration.json["num_labels"] == nil && configuration.json["_num_labels"] == nil)
        #expect(try configuration.labels == ["a", "b"])
    }

    @Test func `Numbers and text with the same digits are the same name`() {
        let configuration = Configuration(file: "config.json", json: ["id2label": ["0": 1, "1": "1"]])
        #expect(throws: ConfigurationError.repeatedLabel(file: "config.json", label: "1", first: 0, second: 1)) {
            try configuration.requireDistinctLabels()
        }
    }

    // MARK: Modules

    /// The fixture with mean pooling and a classifier, with one of its files rewritten.
    private func sentenceEncoder(_ file: String, _ content: String) throws -> ModelFolder {
        let copy = folder("encoder")
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.copyItem(atPath: ModelFixture("bert-mean").folder, toPath: copy)
        try content.write(toFile: "\(copy)/\(file)", atomically: true, encoding: .utf8)
        return try ModelFolder(copy)
    }

    private func modules(_ types: (type: String, path: String)...) -> String {
        let list = types.enumerated().map { index, module in
            #"{"idx":\#(index),"name":"\#(index)","path":"\#(module.path)","type":"sentence_transformers.models.\#(module.type)"}"#
        }
        return "[\(list.joined(separator: ","))]"
    }

    @Test(arguments: ["/etc", "../1_Pooling", "a/../../b", ".."])
    func `A module outside the folder`(_ path: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try sentenceEncoder("modules.json", modules(("Transformer", ""), ("Pooling", path)))
        }
        #expect(error?.description.contains("'path' is '\(path)', it must be a folder within the model's") == true)
    }

    @Test func `A dense layer is a classifier only where it is linear, last, and follows the mean`() throws {
        let own = modules(("Transformer", ""), ("Pooling", "1_Pooling"), ("Dense", "2_Dense"))
        #expect(try sentenceEncoder("modules.json", own).hasOwnHead())
        let more = modules(("Transformer", ""), ("Pooling", "1_Pooling"), ("Dense", "2_Dense"), ("Normalize", "3_Normalize"))
        for folder in [
            try sentenceEncoder("modules.json", more),
            try sentenceEncoder("2_Dense/config.json", #"{"activation_function": "torch.nn.modules.activation.Tanh"}"#),
            try sentenceEncoder("2_Dense/config.json", "{}"),
            try sentenceEncoder("1_Pooling/config.json", #"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}"#),
        ] {
            #expect(try !folder.hasOwnHead())
            #expect(throws: ModelError.self) { try folder.classifier() }
            #expect(throws: Never.self) { try folder.inspected() }
        }
    }
}
