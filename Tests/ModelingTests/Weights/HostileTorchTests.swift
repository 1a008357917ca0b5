import TenorFiles
import TenorModeling
import Testing

/// Each way in which a PyTorch file can be invalid, and the resulting error.
@Suite struct HostileTorchTests {
    private let name = "pytorch_model.bin"

    private func fault(_ bytes: [UInt8]) -> WeightsError? {
        do throws(WeightsError) {
            _ = try Weights(file: MappedFile(name: name, bytes: bytes))
            return nil
        } catch { return error }
    }

    private func fault(_ pickle: PickleBytes) -> WeightsError? { fault(ZipBytes.torch(pickle.bytes).bytes) }

    private func reason(_ pickle: PickleBytes) -> String? {
        if case .badPickle(_, _, let reason) = fault(pickle) { reason } else { nil }
    }

    private func reason(_ zip: ZipBytes) -> String? {
        switch fault(zip.bytes) {
        case .notZip(_, let reason), .badEntry(_, _, let reason): reason
        default: nil
        }
    }

    /// Four floats, and a view of them.
    private func zip(offset: Int = 0, shape: [Int] = [2, 2], strides: [Int] = [2, 1], count: Int = 4) -> ZipBytes {
        let pickle = PickleBytes.dictionary(offset: offset, shape: shape, strides: strides) { $0.storage(count: count) }
        return .torch(pickle, storages: [("0", little(Float(1).bitPattern) + Array(repeating: 0, count: 12))])
    }

    private func zip(_ change: (inout ZipBytes) -> Void) -> ZipBytes {
        var zip = zip()
        change(&zip)
        return zip
    }

    @Test func `The file that the others are made from is good`() throws {
        let weights = try Weights(file: MappedFile(name: name, bytes: zip().bytes))
        #expect(try weights.matrix("w", rows: 2, columns: 2).elements == [1, 0, 0, 0])
        #expect(fault(zip { $0.comment = [1, 2, 3] }.bytes) == nil)
        #expect(fault(zip { $0.wide = (0, 0, 0, 0) }.bytes) == nil)
        #expect(fault(PickleBytes().opcode("}").opcode(".")) == nil)
    }

    // MARK: The archive

    @Test func `Every truncation of a good file is an error`() throws {
        let bytes = try Fixture.bytes("views.bin")
        for count in 0..<bytes.count { #expect(fault(Array(bytes[..<count])) != nil, "\(count) bytes") }
        #expect(fault(bytes) == nil)
    }

    @Test func `What is no zip file`() {
        #expect(fault([]) == .notZip(file: name, reason: "there is no end of a zip directory"))
        #expect(fault(Array(repeating: 0x50, count: 100_000)) == .notZip(file: name, reason: "there is no end of a zip directory"))
        #expect(fault(Array("version https://git-lfs.github.com/spec/v1\n".utf8)) == .pointer(file: name))
    }

    @Test func `A directory that is not where its end says`() {
        let elsewhere = "the zip directory is not where it should be"
        #expect(reason(zip { $0.directorySize = 0 }) == elsewhere)
        #expect(reason(zip { $0.directorySize = .max }) == elsewhere)
        #expect(reason(zip { $0.directoryOffset = 0 }) == elsewhere)
        #expect(reason(zip { $0.directoryOffset = .max }) == elsewhere)
        #expect(reason(zip { $0.disk = 1 }) == "the archive has several parts")
        #expect(reason(zip { $0.count = 9 }) == "the directory has 3 entries and claims 9")
    }

    @Test(arguments: [1, UInt64.max, 1 << 63])
    func `A wide end that lies`(_ lie: UInt64) {
        let disagree = "the two ends of the zip directory disagree"
        #expect(reason(zip { $0.wide = (lie, 0, 0, 0) }) == disagree)
        #expect(reason(zip { $0.wide = (0, lie, 0, 0) }) == disagree)
        #expect(reason(zip { $0.wide = (0, 0, lie, 0) }) == disagree)
        #expect(reason(zip { $0.wide = (0, 0, 0, lie) }) == "the end of the zip64 directory is not where it should be")
        let elsewhere = "the zip directory is not where it should be"
        #expect(reason(zip { ($0.wide, $0.directorySize) = ((0, lie, 0, 0), .max) }) == elsewhere)
        #expect(reason(zip { ($0.wide, $0.directoryOffset) = ((0, 0, lie, 0), .max) }) == elsewhere)
    }

    @Test func `An entry that is compressed, which is what a zip bomb is made of`() {
        #expect(fault(zip { $0.entries[0].method = 8 }.bytes) == .compressed(file: name, entry: "m/data.pkl"))
        #expect(fault(zip { $0.entries[2].method = 93 }.bytes) == .compressed(file: name, entry: "m/data/0"))
    }

    @Test func `An entry that is encrypted`() {
        #expect(fault(zip { $0.entries[0].flags = 1 }.bytes) == .encrypted(file: name, entry: "m/data.pkl"))
    }

    @Test func `An entry of a size that it cannot have`() {
        #expect(reason(zip { $0.entries[2].size = 17 }) == "has 16 bytes and claims 17, stored ones are as many")
        #expect(
            reason(zip { ($0.entries[2].stored, $0.entries[2].size) = (1 << 20, 1 << 20) })
                == "of 1048576 bytes does not end before the directory")
        #expect(reason(zip { $0.entries[2].size = .max }) == "lacks its 64-bit sizes")
        let wide: [UInt8] = little(UInt16(1)) + little(UInt16(16)) + little(UInt64(1) << 62) + little(UInt64(1) << 62)
        let huge = zip { ($0.entries[2].stored, $0.entries[2].size, $0.entries[2].extra) = (.max, .max, wide) }
        #expect(reason(huge) == "of \(1 << 62) bytes does not end before the directory")
        let right: [UInt8] =
            little(UInt16(7)) + little(UInt16(0)) + little(UInt16(1)) + little(UInt16(16)) + little(UInt64(16)) + little(UInt64(16))
        #expect(fault(zip { ($0.entries[2].stored, $0.entries[2].size, $0.entries[2].extra) = (.max, .max, right) }.bytes) == nil)
    }

    @Test func `An entry that is not where the directory says`() {
        let elsewhere = "is not where the directory says"
        #expect(reason(zip { $0.entries[2].offset = 1 }) == elsewhere)
        #expect(reason(zip { $0.entries[2].offset = 1 << 30 }) == elsewhere)
        let far: [UInt8] = little(UInt16(1)) + little(UInt16(8)) + little(UInt64(Int.max))
        #expect(reason(zip { ($0.entries[2].offset, $0.entries[2].extra) = (.max, far) }) == elsewhere)
        #expect(reason(zip { $0.entries[2].localName = "m/data/1" }) == "calls itself 'm/data/1', the directory's name is needed")
    }

    @Test func `Entries that overlap, which is how a small file has large contents`() {
        var inner = ZipBytes.torch([]).entries[0]
        inner.name = "m/data/0"
        // An entry that is located, including its header, inside another.
        let nested = ZipBytes(entries: [inner]).bytes.prefix(30 + 8)
        let outer = ZipBytes.Entry(name: "m/data/1", bytes: Array(nested) + [0, 0])
        inner.offset = 38
        let overlapping = ZipBytes(entries: [outer, inner])
        #expect(reason(overlapping) == "overlaps 'm/data/1', each byte belongs to one entry")
    }

    @Test func `Two entries of one name`() {
        #expect(fault(zip { $0.entries.append($0.entries[0]) }.bytes) == .duplicateEntry(file: name, entry: "m/data.pkl"))
    }

    @Test func `No pickle, or two`() {
        #expect(fault(ZipBytes().bytes) == .noPickle(file: name))
        #expect(fault(zip { $0.entries[0].name = "data.pkl" }.bytes) == .noPickle(file: name))
        #expect(fault(zip { $0.entries[1].name = "n/data.pkl" }.bytes) == .noPickle(file: name))
    }

    @Test func `Numbers of another byte order`() {
        #expect(fault(zip { $0.entries[1].bytes = Array("big".utf8) }.bytes) == .bigEndian(file: name))
    }

    // MARK: The pickle

    @Test(arguments: [
        ("os", "system"), ("builtins", "eval"), ("builtins", "exec"), ("subprocess", "Popen"), ("torch", "load"),
        ("torch._utils", "_rebuild_tensor_v2.__globals__"), ("collections", "OrderedDict.__reduce__"),
        ("torch.storage", "_load_from_bytes"),
        ("numpy.core.multiarray", "_reconstruct"), ("", ""),
    ])
    func `A global that is none of the few`(_ module: String, _ global: String) {
        #expect(fault(PickleBytes().global(module, global)) == .forbiddenGlobal(file: name, name: "\(module).\(global)"))
    }

    @Test func `Every instruction that a state dict does not need`() {
        let known = Set<UInt8>([0x80, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A] + Array("})t(NKMJXcqrhjQRsubae].".utf8))
        for opcode in UInt8.min...UInt8.max where !known.contains(opcode) {
            #expect(fault(PickleBytes().raw([opcode])) == .unknownOpcode(file: name, opcode: opcode, offset: 2))
        }
    }

    @Test func `A pickle that ends early, or does not end with its end`() {
        #expect(reason(PickleBytes(bytes: [])) == "is the last, and more is needed")
        #expect(reason(PickleBytes().opcode("}")) == "is the last, and more is needed")
        #expect(reason(PickleBytes().raw([0x8A, 8, 1])) == "is the last, and more is needed")
        #expect(reason(PickleBytes().opcode("}").opcode("}").opcode(".")) == "ends the pickle too early")
        #expect(reason(PickleBytes().opcode("}").opcode(".").raw([0])) == "ends the pickle too early")
    }

    @Test func `Texts and lines that go too far or are not UTF-8`() {
        #expect(reason(PickleBytes().opcode("X").raw(little(UInt32.max))) == "is in a text that goes beyond the pickle")
        #expect(reason(PickleBytes().opcode("X").raw(little(UInt32(1))).raw([0xFF])) == "is in a text that is not UTF-8")
        #expect(reason(PickleBytes().opcode("c").raw(Array("os".utf8))) == "is in a line that does not end")
        #expect(reason(PickleBytes().raw([0x8A, 9])) == "is in an integer of 9 bytes, at most 8 are needed")
    }

    @Test func `Values that are not there`() {
        for opcode: Unicode.Scalar in [".", "R", "s", "b", "Q"] {
            #expect(reason(PickleBytes().opcode(opcode)) == "takes more values than there are")
        }
        #expect(reason(PickleBytes().raw([0x87])) == "takes more values than there are")
        #expect(reason(PickleBytes().raw([UInt8(ascii: "q"), 0])) == "takes more values than there are")
        #expect(reason(PickleBytes().opcode("}").opcode("(").opcode(".")) == "takes more values than there are")
        #expect(reason(PickleBytes().opcode("t")) == "takes values from a mark that is not there")
        #expect(reason(PickleBytes().raw([UInt8(ascii: "h"), 7])) == "asks for value 7, which was never kept")
        #expect(reason(PickleBytes().opcode("}").opcode("(").int(1).opcode("u")) == "gives a dictionary a key without a value")
        #expect(reason(PickleBytes().int(1).int(2).int(3).opcode("s")) == "is meant for a dictionary and finds a number")
    }

    @Test func `Calls of what cannot be called, and with what it does not take`() {
        #expect(reason(PickleBytes().int(1).opcode(")").opcode("R")) == "calls a number with a tuple")
        #expect(reason(PickleBytes().global("torch", "FloatStorage").opcode(")").opcode("R")) == "calls a storage's class")
        #expect(
            reason(PickleBytes().global("collections", "OrderedDict").int(1).raw([0x85]).opcode("R"))
                == "makes an OrderedDict of something, an empty one is needed")
        #expect(
            reason(PickleBytes().global("torch._utils", "_rebuild_parameter").tuple([1, 2, 3]).opcode("R"))
                == "makes a parameter of something that is no tensor")
        #expect(
            reason(PickleBytes().global("torch._utils", "_rebuild_tensor_v2").tuple([1, 2, 3, 4, 5, 6]).opcode("R"))
                == "makes a tensor of something else than a storage, an offset, a shape and strides")
        #expect(reason(PickleBytes().tuple([1, 2, 3, 4, 5]).opcode("Q")) == "asks for something that is no storage")
        #expect(
            reason(PickleBytes().tensor(shape: [1], strides: [1]) { $0.storage(count: -1) }) == "asks for something that is no storage")
    }

    @Test func `More dimensions than there are strides, or than there should be`() {
        #expect(
            reason(PickleBytes().tensor(shape: [1, 2], strides: [1]) { $0.storage(count: 4) })
                == "makes a tensor of 2 lengths and 1 strides, at most 8 are needed")
        let nine = Array(repeating: 1, count: 9)
        #expect(
            reason(PickleBytes().tensor(shape: nine, strides: nine) { $0.storage(count: 4) })
                == "makes a tensor of 9 lengths and 9 strides, at most 8 are needed")
    }

    @Test func `Tuples within tuples cost no stack, however deep`() {
        let deep = PickleBytes().opcode(")").raw(Array(repeating: 0x85, count: 2_000_000)).opcode(".")
        #expect(fault(deep) == .notAStateDict(file: name, key: "data.pkl", found: "a tuple"))
    }

    @Test func `A memo bomb, pairs of the same pair again and again, costs no more than its bytes`() {
        var pickle = PickleBytes().opcode(")").raw([UInt8(ascii: "q"), 0])
        for _ in 0..<10_000 { pickle.bytes += [UInt8(ascii: "h"), 0, UInt8(ascii: "h"), 0, 0x86, UInt8(ascii: "q"), 0] }
        #expect(reason(pickle.opcode(".")) == "ends the pickle too early")
    }

    @Test func `A dictionary that holds itself`() {
        let pickle = PickleBytes().opcode("}").raw([UInt8(ascii: "q"), 0]).text("w").raw([UInt8(ascii: "h"), 0]).opcode("s").opcode(".")
        #expect(fault(pickle) == .notAStateDict(file: name, key: "w", found: "a dictionary"))
    }

    @Test func `A pickle longer than any state dict's`() {
        let long = PickleBytes().raw(Array(repeating: UInt8(ascii: "}"), count: 16_000_000))
        #expect(fault(long) == .badEntry(file: name, entry: "data.pkl", reason: "has 16000002 bytes, at most 16000000 are read"))
    }

    @Test func `A state dict with a key that is no text, or a name that stands twice`() {
        #expect(
            fault(PickleBytes().opcode("}").int(1).int(2).opcode("s").opcode("."))
                == .notAStateDict(file: name, key: "a key", found: "a number"))
        let tensor = PickleBytes(bytes: []).text("w").tensor(shape: [1], strides: [1]) { $0.storage(count: 4) }.opcode("s")
        let twice = PickleBytes().opcode("}").raw(tensor.bytes + tensor.bytes).opcode(".")
        let file = ZipBytes.torch(twice.bytes, storages: [("0", Array(repeating: 0, count: 16))])
        #expect(fault(file.bytes) == .duplicateTensor(file: name, tensor: "w"))
    }

    // MARK: Tensors and storages

    @Test func `A storage that is not there, or of another size`() {
        #expect(fault(zip { $0.entries[2].name = "m/data/1" }.bytes) == .missingStorage(file: name, key: "0"))
        #expect(fault(zip(count: 5).bytes) == .wrongStorageSize(file: name, tensor: "w", bytes: 16, needed: 20))
        #expect(fault(zip(count: .max).bytes) == .wrongStorageSize(file: name, tensor: "w", bytes: 16, needed: .max))
        #expect(fault(zip(count: 1 << 62).bytes) == .wrongStorageSize(file: name, tensor: "w", bytes: 16, needed: .max))
    }

    @Test(arguments: [
        (0, [2, 3], [3, 1]), (1, [2, 2], [2, 1]), (0, [2, 2], [3, 1]), (-1, [1], [1]), (5, [0], [1]), (0, [-1], [1]), (0, [2], [-1]),
        (.max, [2], [1]), (0, [2, 2], [.max, .max]), (0, [.max], [1]), (0, [1 << 32, 1 << 32], [1, 1]), (0, [5], [0]), (0, [1 << 40], [0]),
        (3, [2, 2], [0, 0]),
    ])
    func `A view that goes beyond its storage, or has more numbers than it`(_ offset: Int, _ shape: [Int], _ strides: [Int]) {
        #expect(
            fault(zip(offset: offset, shape: shape, strides: strides).bytes)
                == .viewBeyondStorage(file: name, tensor: "w", shape: shape, elements: 4))
    }

    @Test(arguments: [
        (4, [0, 3], [3, 1]), (3, [], []), (3, [1, 1], [.max, .max]), (0, [4], [1]), (0, [2, 2], [1, 2]), (0, [2, 1], [3, 9]),
    ])
    func `A view that just fits`(_ offset: Int, _ shape: [Int], _ strides: [Int]) {
        #expect(fault(zip(offset: offset, shape: shape, strides: strides).bytes) == nil)
    }
}
