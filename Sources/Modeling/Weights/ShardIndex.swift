import TenorFiles

/// `model.safetensors.index.json` or `pytorch_model.bin.index.json`: lists which tensor is in which of the files beside it.
struct ShardIndex {
    let file: String
    let folder: String
    /// The shard of each tensor, in the file's order.
    let shards: [(tensor: String, shard: String)]

    init(_ path: String) throws {
        folder = folderPath(of: path)
        file = String(path.dropFirst(folder.count))
        let index = try JSON(readingFile: path)
        let map = index["weight_map"]
        guard let members = map?.object?.members else {
            throw WeightsError.unexpectedJSON(file: file, key: "weight_map", found: map?.kind ?? "missing", needed: "an object")
        }
        var shards: [(String, String)] = []
        for member in members {
            guard let shard = member.value.string else {
                throw WeightsError.unexpectedJSON(file: file, key: member.key, found: member.value.kind, needed: "a file name")
            }
            guard Self.isPlain(shard) else { throw WeightsError.unsafeShardName(file: file, shard: shard) }
            shards.append((member.key, shard))
        }
        self.shards = shards
    }

    /// Whether a name stays in the index's folder, on any system.
    private static func isPlain(_ name: String) -> Bool {
        !name.isEmpty && name != "." && name != ".." && !name.utf8.contains { [UInt8(ascii: "/"), UInt8(ascii: "\\"), 0].contains($0) }
    }

    /// The tensors of all shards, including those that the index does not list: the files are authoritative.
    func open() throws -> Weights {
        var inShard: [String: Set<String>] = [:]
        var tensors: [StoredTensor] = []
        for (tensor, shard) in shards {
            if inShard[shard] == nil {
                let found = try Weights.tensors(in: MappedFile(folder + shard))
                inShard[shard] = Set(found.map(\.name))
                tensors += found
            }
            guard inShard[shard]!.contains(tensor) else { throw WeightsError.notInShard(file: file, tensor: tensor, shard: shard) }
        }
        return try Weights(name: file, tensors: tensors)
    }
}
