/// A pickle, written opcode by opcode.
struct PickleBytes {
    var bytes: [UInt8] = [0x80, 2]

    func raw(_ more: [UInt8]) -> Self { Self(bytes: bytes + more) }
    func opcode(_ letter: Unicode.Scalar) -> Self { raw([UInt8(ascii: letter)]) }
    func text(_ text: String) -> Self { opcode("X").raw(little(UInt32(text.utf8.count))).raw(Array(text.utf8)) }
    func global(_ module: String, _ name: String) -> Self { opcode("c").raw(Array("\(module)\n\(name)\n".utf8)) }

    /// Small numbers in one byte; all others in eight, as PyTorch writes numbers that do not fit in four.
    func int(_ value: Int) -> Self {
        if let small = UInt8(exactly: value) { return opcode("K").raw([small]) }
        return raw([0x8A, 8]).raw(little(Int64(value)))
    }

    func tuple(_ values: [Int]) -> Self { values.reduce(opcode("(")) { $0.int($1) }.opcode("t") }

    func storage(_ type: String = "FloatStorage", key: String = "0", count: Int) -> Self {
        opcode("(").text("storage").global("torch", type).text(key).text("cpu").int(count).opcode("t").opcode("Q")
    }

    /// A tensor over the storage that `storage` writes.
    func tensor(offset: Int = 0, shape: [Int], strides: [Int], over storage: (Self) -> Self) -> Self {
        storage(global("torch._utils", "_rebuild_tensor_v2").opcode("(")).int(offset).tuple(shape).tuple(strides).raw([0x89])
            .global("collections", "OrderedDict").opcode(")").opcode("R").opcode("t").opcode("R")
    }

    /// A state dict with one tensor, `w`.
    static func dictionary(offset: Int = 0, shape: [Int], strides: [Int], over storage: (Self) -> Self) -> [UInt8] {
        Self().opcode("}").text("w").tensor(offset: offset, shape: shape, strides: strides, over: storage).opcode("s").opcode(".").bytes
    }
}

/// A zip file of stored entries, each field of which can be set to a wrong value.
struct ZipBytes {
    struct Entry {
        var name: String
        var bytes: [UInt8]
        var localName: String?
        var flags: UInt16 = 0
        var method: UInt16 = 0
        var stored: UInt32?
        var size: UInt32?
        var offset: UInt32?
        var extra: [UInt8] = []
    }

    var entries: [Entry] = []
    var count: UInt16?
    var directorySize: UInt32?
    var directoryOffset: UInt32?
    var disk: UInt16 = 0
    var comment: [UInt8] = []
    /// Also writes the zip64 end records, with these numbers added to the correct ones.
    var wide: (count: UInt64, size: UInt64, offset: UInt64, position: UInt64)?

    /// What PyTorch writes for a pickle and its storages.
    static func torch(_ pickle: [UInt8], storages: [(key: String, bytes: [UInt8])] = []) -> Self {
        Self(
            entries: [Entry(name: "m/data.pkl", bytes: pickle), Entry(name: "m/byteorder", bytes: Array("little".utf8))]
                + storages.map { Entry(name: "m/data/\($0.key)", bytes: $0.bytes) })
    }

    var bytes: [UInt8] {
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let start = UInt32(file.count)
            let name = Array(entry.name.utf8)
            let localName = Array((entry.localName ?? entry.name).utf8)
            let size = UInt32(entry.bytes.count)
            file +=
                little(UInt32(0x0403_4B50)) + little(UInt16(20)) + little(entry.flags) + little(entry.method)
                + Array(repeating: 0, count: 8)
            file += little(size) + little(size) + little(UInt16(localName.count)) + little(UInt16(0)) + localName + entry.bytes
            directory += little(UInt32(0x0201_4B50)) + little(UInt16(20)) + little(UInt16(20)) + little(entry.flags) + little(entry.method)
            directory += Array(repeating: 0, count: 8) + little(entry.stored ?? size) + little(entry.size ?? size)
            directory += little(UInt16(name.count)) + little(UInt16(entry.extra.count)) + Array(repeating: 0, count: 10)
            directory += little(entry.offset ?? start) + name + entry.extra
        }
        let count = UInt16(entries.count)
        let (start, size) = (UInt32(file.count), UInt32(directory.count))
        file += directory
        if let wide {
            let position = UInt64(file.count)
            file += little(UInt32(0x0606_4B50)) + little(UInt64(44)) + Array(repeating: 0, count: 12)
            file += little(UInt64(count) &+ wide.count) + little(UInt64(count) &+ wide.count)
            file += little(UInt64(size) &+ wide.size) + little(UInt64(start) &+ wide.offset)
            file += little(UInt32(0x0706_4B50)) + little(UInt32(0)) + little(position &+ wide.position) + little(UInt32(1))
        }
        file += little(UInt32(0x0605_4B50)) + little(disk) + little(UInt16(0)) + little(self.count ?? count) + little(self.count ?? count)
        file += little(directorySize ?? size) + little(directoryOffset ?? start) + little(UInt16(comment.count)) + comment
        return file
    }
}

func little<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
