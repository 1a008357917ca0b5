import Foundation
import TenorFiles
import TenorModeling
import TenorSupport
import Testing

/// Each way in which a safetensors file, an index or a path can be invalid, and the resulting error.
@Suite struct HostileSafeTensorsTests {
    private let name = "model.safetensors"

    private func fault(_ file: MappedFile) -> WeightsError? {
        do throws(WeightsError) {
            _ = try Weights(file: file)
            return nil
        } catch { return error }
    }

    private func fault(_ header: String, data: Int = 0) -> WeightsError? {
        fault(safeTensors(header, data: Array(repeating: 0, count: data)))
    }

    private func thrown(path: String) -> (any Error)? {
        do {
            _ = try Weights(path)
            return nil
        } catch { return error }
    }

    private func fault(path: String) -> WeightsError? { thrown(path: path) as? WeightsError }
    private func fault(path: String) -> FileError? { thrown(path: path) as? FileError }

    @Test func `A file without tensors is fine`() {
        #expect(fault("{}") == nil)
        #expect(fault(#"{"__metadata__":{"format":"pt"}}"#) == nil)
    }

    @Test func `A file too short for a length`() {
        for count in 0..<8 {
            #expect(fault(MappedFile(name: name, bytes: Array(repeating: 0, count: count))) == .noHeader(file: name, bytes: count))
        }
    }

    @Test(arguments: [3, 1 << 32, 1 << 62, UInt64.max - 7, .max])
    func `A header longer than the file`(_ length: UInt64) {
        #expect(fault(safeTensors("{}", length: length)) == .headerTooLong(file: name, header: length, available: 2))
    }

    @Test func `Every truncation of a good file is an error`() throws {
        let bytes = try Fixture.bytes("state.safetensors")
        for count in 0..<bytes.count {
            #expect(fault(MappedFile(name: name, bytes: Array(bytes[..<count]))) != nil, "\(count) bytes")
        }
        #expect(fault(MappedFile(name: name, bytes: bytes)) == nil)
    }

    @Test func `A header that is not JSON`() {
        #expect(fault("{\"a\"") == .headerNotJSON(file: name, JSON.Fault(line: 1, column: 5, problem: .endsEarly)))
        #expect(fault("") == .headerNotJSON(file: name, JSON.Fault(line: 1, column: 1, problem: .endsEarly)))
    }

    @Test func `A header that is not UTF-8`() {
        let file = MappedFile(name: name, bytes: [6, 0, 0, 0, 0, 0, 0, 0] + [0x7B, 0x22, 0xFF, 0xFE, 0x22, 0x7D])
        #expect(fault(file) == .headerNotJSON(file: name, JSON.Fault(line: 1, column: 2, problem: .notUTF8)))
    }

    @Test func `A header nested too deeply`() {
        let header = #"{"a":"# + String(repeating: "[", count: 200_000)
        #expect(fault(header) == .headerNotJSON(file: name, JSON.Fault(line: 1, column: 133, problem: .tooDeep(limit: 128))))
    }

    @Test func `A header that is no object, or a tensor that is none`() {
        #expect(fault("[]") == .unexpectedJSON(file: name, key: "the header", found: "an array", needed: "an object"))
        #expect(fault(#"{"w":1}"#) == .unexpectedJSON(file: name, key: "w", found: "1", needed: "an object"))
    }

    @Test func `Metadata that are not texts`() {
        #expect(fault(#"{"__metadata__":[]}"#) == .unexpectedJSON(file: name, key: "__metadata__", found: "an array", needed: "an object"))
        #expect(
            fault(#"{"__metadata__":{"n":1}}"#) == .unexpectedJSON(file: name, key: "__metadata__.n", found: "1", needed: "a string"))
    }

    @Test func `A field too few, too many or of the wrong kind`() {
        func found(_ tensor: String) -> String? {
            if case .unexpectedJSON(_, let key, let found, _) = fault(#"{"w":{\#(tensor)}}"#, data: 4) { "\(key) \(found)" } else { nil }
        }
        #expect(found(#""shape":[1],"data_offsets":[0,4]"#) == "w.dtype missing")
        #expect(found(#""dtype":32,"shape":[1],"data_offsets":[0,4]"#) == "w.dtype 32")
        #expect(found(#""dtype":"F32","data_offsets":[0,4]"#) == "w.shape missing")
        #expect(found(#""dtype":"F32","shape":[-1],"data_offsets":[0,4]"#) == "w.shape one of -1")
        #expect(found(#""dtype":"F32","shape":[1.0],"data_offsets":[0,4]"#) == "w.shape one of 1.0")
        #expect(found(#""dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]"#) == "w.shape one of 99999999999999999999")
        #expect(found(#""dtype":"F32","shape":[1]"#) == "w.data_offsets missing")
        #expect(found(#""dtype":"F32","shape":[1],"data_offsets":[0]"#) == "w.data_offsets [0]")
        #expect(found(#""dtype":"F32","shape":[1],"data_offsets":[4,0]"#) == "w.data_offsets [4, 0]")
        #expect(found(#""dtype":"F32","shape":[1],"data_offsets":[0,4],"x":0"#) == "w.x no field of a tensor")
    }

    @Test(arguments: ["F4", "f32", "", "Q8"]) func `A type that nobody knows`(_ type: String) {
        #expect(
            fault(#"{"w":{"dtype":"\#(type)","shape":[1],"data_offsets":[0,4]}}"#, data: 4)
                == .unknownType(file: name, tensor: "w", type: type))
    }

    @Test(arguments: [
        [4_611_686_018_427_387_904, 4], [9_223_372_036_854_775_807], [4_294_967_296, 4_294_967_296], [1 << 62, 1 << 62, 0],
    ])
    func `A shape whose size overflows`(_ shape: [Int]) {
        #expect(
            fault(#"{"w":{"dtype":"F32","shape":\#(shape),"data_offsets":[0,0]}}"#)
                == .shapeOverflows(file: name, tensor: "w", shape: shape))
    }

    @Test func `A shape without numbers may be as long as it likes`() {
        #expect(fault(#"{"w":{"dtype":"F32","shape":[0,4611686018427387904,4611686018427387904],"data_offsets":[0,0]}}"#) == nil)
    }

    @Test func `A shape that needs other bytes than it has`() {
        #expect(
            fault(#"{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, data: 4)
                == .wrongByteCount(file: name, tensor: "w", bytes: 4, needed: 8))
        #expect(
            fault(#"{"w":{"dtype":"F16","shape":[2],"data_offsets":[0,8]}}"#, data: 8)
                == .wrongByteCount(file: name, tensor: "w", bytes: 8, needed: 4))
    }

    @Test func `A tensor beyond the end of the file`() {
        #expect(
            fault(#"{"w":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}"#, data: 8)
                == .beyondFile(file: name, tensor: "w", end: 9, available: 8))
        #expect(
            fault(#"{"w":{"dtype":"U8","shape":[1],"data_offsets":[9223372036854775806,9223372036854775807]}}"#, data: 8)
                == .beyondFile(file: name, tensor: "w", end: .max, available: 8))
    }

    private func two(_ first: (Int, Int), _ second: (Int, Int)) -> String {
        func tensor(_ range: (Int, Int)) -> String {
            #"{"dtype":"U8","shape":[\#(range.1 - range.0)],"data_offsets":[\#(range.0),\#(range.1)]}"#
        }
        return #"{"a":\#(tensor(first)),"b":\#(tensor(second))}"#
    }

    @Test func `Tensors that overlap`() {
        #expect(fault(two((0, 5), (4, 8)), data: 8) == .overlap(file: name, tensor: "b", other: "a"))
        #expect(fault(two((0, 8), (0, 8)), data: 8) == .overlap(file: name, tensor: "b", other: "a"))
        #expect(fault(two((2, 4), (0, 8)), data: 8) == .overlap(file: name, tensor: "a", other: "b"))
    }

    @Test func `Bytes that belong to no tensor: before, between and behind`() {
        #expect(fault(two((4, 8), (0, 4)), data: 8) == nil)
        #expect(fault(two((1, 4), (4, 8)), data: 8) == .gap(file: name, offset: 0, bytes: 1))
        #expect(fault(two((0, 3), (4, 8)), data: 8) == .gap(file: name, offset: 3, bytes: 1))
        #expect(fault(two((0, 4), (4, 8)), data: 9) == .gap(file: name, offset: 8, bytes: 1))
        #expect(fault("{}", data: 1) == .gap(file: name, offset: 0, bytes: 1))
    }

    @Test func `A name that stands twice`() {
        let tensor = #""w":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#
        #expect(fault("{\(tensor),\(tensor)}") == .duplicateTensor(file: name, tensor: "w"))
    }

    @Test func `A name with control characters does not reach the terminal`() {
        let error = fault(#"{"\u001b[2J\n":{"dtype":"?","shape":[],"data_offsets":[0,0]}}"#)
        #expect(error?.description.hasPrefix(#"model.safetensors: '\u{1b}[2J\n' is of the type '?'"#) == true)
        let long = fault(#"{"\#(String(repeating: "x", count: 100_000))":1}"#)
        #expect(long?.description.contains("xxx…xxx") == true && long!.description.count < 200)
    }

    // MARK: Paths

    @Test func `Files that are not there, are folders or pipes, or are links in a circle`() throws {
        let folder = try TemporaryFolder()
        #expect(fault(path: folder("m.safetensors")) == .unreadable(file: folder("m.safetensors"), reason: "No such file or directory"))
        #expect(fault(path: folder.path) == .noWeights(folder: folder.path))
        let files = FileManager.default
        try files.createSymbolicLink(atPath: folder("a.safetensors"), withDestinationPath: "b.safetensors")
        try files.createSymbolicLink(atPath: folder("b.safetensors"), withDestinationPath: "a.safetensors")
        #expect(
            fault(path: folder("a.safetensors"))
                == .unreadable(file: folder("a.safetensors"), reason: "Too many levels of symbolic links"))
        try files.createDirectory(atPath: folder("model.safetensors"), withIntermediateDirectories: false)
        #expect(fault(path: folder.path) == .notAFile(file: folder("model.safetensors"), kind: "a folder"))
        #expect(mkfifo(folder("p.safetensors"), 0o600) == 0)
        #expect(fault(path: folder("p.safetensors")) == .notAFile(file: folder("p.safetensors"), kind: "a pipe"))
        try ReplacingFile.write([], to: folder("weights.onnx"))
        #expect(fault(path: folder("weights.onnx")) == .unknownKind(file: "weights.onnx"))
        try ReplacingFile.write([], to: folder("empty.safetensors"))
        #expect(fault(path: folder("empty.safetensors")) == .noHeader(file: "empty.safetensors", bytes: 0))
    }

    @Test func `A link in a folder that leads nowhere is reported, not skipped`() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createSymbolicLink(atPath: folder("model.safetensors"), withDestinationPath: "gone")
        try ReplacingFile.write([], to: folder("pytorch_model.bin"))
        #expect(fault(path: folder.path) == .unreadable(file: folder("model.safetensors"), reason: "No such file or directory"))
    }

    // MARK: The index

    private let index = "model.safetensors.index.json"

    private func thrown(index text: String) throws -> (any Error)? {
        let folder = try TemporaryFolder()
        try ReplacingFile.write(try Fixture.bytes("sharded/model-00001-of-00002.safetensors"), to: folder("one.safetensors"))
        try ReplacingFile.write(try Fixture.bytes("sharded/model-00001-of-00002.safetensors"), to: folder("same.safetensors"))
        try ReplacingFile.write(text.utf8, to: folder(index))
        return thrown(path: folder(index))
    }

    private func fault(index text: String) throws -> WeightsError? { try thrown(index: text) as? WeightsError }
    private func fault(index text: String) throws -> FileError? { try thrown(index: text) as? FileError }

    @Test(arguments: [
        "/etc/passwd", "../one.safetensors", "./one.safetensors", "sub/one.safetensors", "..", ".", "", #"..\\one.safetensors"#,
        #"one.safetensors\u0000"#,
    ])
    func `A shard that does not lie beside its index`(_ shard: String) throws {
        guard case WeightsError.unsafeShardName(index, _)? = try thrown(index: #"{"weight_map":{"half":"\#(shard)"}}"#) else {
            Issue.record("\(shard) was not refused")
            return
        }
    }

    @Test func `An index without a map, or with something else in it`() throws {
        #expect(try fault(index: "{}") == .unexpectedJSON(file: index, key: "weight_map", found: "missing", needed: "an object"))
        #expect(
            try fault(index: #"{"weight_map":{"half":1}}"#)
                == .unexpectedJSON(file: index, key: "half", found: "1", needed: "a file name"))
        #expect(try fault(index: "[") == .notJSON(file: index, JSON.Fault(line: 1, column: 2, problem: .endsEarly)))
        #expect(
            try fault(index: #"{"weight_map":{"half":"a","half":"b"}}"#)
                == .notJSON(file: index, JSON.Fault(line: 1, column: 27, problem: .duplicateKey("half"))))
    }

    @Test func `A tensor that its shard does not have, or that two have`() throws {
        #expect(try thrown(index: #"{"weight_map":{"half":"one.safetensors"}}"#) == nil)
        #expect(
            try fault(index: #"{"weight_map":{"w":"one.safetensors"}}"#)
                == .notInShard(file: index, tensor: "w", shard: "one.safetensors"))
        #expect(
            try fault(index: #"{"weight_map":{"half":"one.safetensors","brain":"same.safetensors"}}"#)
                == .duplicateTensor(file: index, tensor: "encoder.bias"))
        guard case FileError.unreadable? = try thrown(index: #"{"weight_map":{"half":"two.safetensors"}}"#) else {
            Issue.record("a missing shard was not reported")
            return
        }
        #expect(try fault(index: #"{"weight_map":{"w":"\#(index)"}}"#) == .unknownKind(file: index))
    }
}
