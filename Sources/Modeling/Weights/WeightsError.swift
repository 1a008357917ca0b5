import TenorFiles

/// An error in a weight file, worded *file: what was found, what is needed*.
package enum WeightsError: Error, Equatable, CustomStringConvertible {
    // Any file.
    case unknownKind(file: String)
    case noWeights(folder: String)
    case otherWeights(folder: String, names: [String])
    case pointer(file: String)
    case unexpectedJSON(file: String, key: String, found: String, needed: String)
    case duplicateTensor(file: String, tensor: String)

    // A safetensors file.
    case noHeader(file: String, bytes: Int)
    case headerTooLong(file: String, header: UInt64, available: Int)
    case headerNotJSON(file: String, JSON.Fault)
    case unknownType(file: String, tensor: String, type: String)
    case shapeOverflows(file: String, tensor: String, shape: [Int])
    case wrongByteCount(file: String, tensor: String, bytes: Int, needed: Int)
    case beyondFile(file: String, tensor: String, end: Int, available: Int)
    case overlap(file: String, tensor: String, other: String)
    case gap(file: String, offset: Int, bytes: Int)

    // A sharded model's index.
    case unsafeShardName(file: String, shard: String)
    case notInShard(file: String, tensor: String, shard: String)

    // A PyTorch file: the zip archive.
    case notZip(file: String, reason: String)
    case compressed(file: String, entry: String)
    case encrypted(file: String, entry: String)
    case badEntry(file: String, entry: String, reason: String)
    case duplicateEntry(file: String, entry: String)
    case noPickle(file: String)
    case bigEndian(file: String)

    // A PyTorch file: the pickle and the tensors that it describes.
    case forbiddenGlobal(file: String, name: String)
    case unknownOpcode(file: String, opcode: UInt8, offset: Int)
    case badPickle(file: String, offset: Int, reason: String)
    case notAStateDict(file: String, key: String, found: String)
    case missingStorage(file: String, key: String)
    case wrongStorageSize(file: String, tensor: String, bytes: Int, needed: Int)
    case cutStorage(file: String, key: String, needed: Int, available: Int)
    case viewBeyondStorage(file: String, tensor: String, shape: [Int], elements: Int)

    // What the model asks for.
    case missing(file: String, tensor: String)
    case wrongShape(file: String, tensor: String, found: [Int], needed: [Int])
    case notFloats(file: String, tensor: String, type: ElementType)

    // Writing.
    case tooLarge(file: String, tensor: String, value: Float, type: ElementType)

    /// Kept to a single line, because it quotes text from the file.
    package var description: String { messageLine(message) }

    private var message: String {
        switch self {
        case .unknownKind(let file):
            "\(file): weights are read from files ending in .safetensors, .bin, .pt, .pth or .index.json"
        case .noWeights(let folder): "\(folder): there is none of \(Weights.fileNames.joined(separator: ", ")), one is needed"
        case .otherWeights(let folder, let names):
            "\(folder): there is only \(names.joined(separator: ", ")), "
                + (names[0].hasPrefix("adapter")
                    ? "a LoRA adapter; the whole model is needed: merge it into its base with peft and save that"
                    : "weights of other programs; model.safetensors or pytorch_model.bin is needed: save the model with PyTorch")
        case .pointer(let file): "\(file): \(ForeignFile.gitLFSPointer)"
        case .unexpectedJSON(let file, let key, let found, let needed): "\(file): '\(key)' is \(found), \(needed) is needed"
        case .duplicateTensor(let file, let tensor): "\(file): '\(tensor)' is there twice, a name may stand once"

        case .noHeader(let file, let bytes): "\(file): \(bytes) bytes, a safetensors file has 8 and the header whose length they give"
        case .headerTooLong(let file, let header, let available):
            "\(file): the header is said to have \(header) bytes, the file leaves \(available) for it and \(JSON.sizeLimit) is the limit"
        case .headerNotJSON(let file, let fault): "\(file): the header is not JSON: \(fault)"
        case .unknownType(let file, let tensor, let type):
            "\(file): '\(tensor)' is of the type '\(type)', needed is one of "
                + ElementType.allCases.map(\.rawValue).joined(separator: ", ")
        case .shapeOverflows(let file, let tensor, let shape): "\(file): '\(tensor)' is \(shape), which no memory holds"
        case .wrongByteCount(let file, let tensor, let bytes, let needed):
            "\(file): '\(tensor)' has \(bytes) bytes, its shape and type need \(needed)"
        case .beyondFile(let file, let tensor, let end, let available):
            "\(file): '\(tensor)' ends at byte \(end) of the data, there are \(available): the file may be cut short"
        case .overlap(let file, let tensor, let other): "\(file): '\(tensor)' and '\(other)' overlap, each byte belongs to one tensor"
        case .gap(let file, let offset, let bytes): "\(file): \(bytes) bytes from \(offset) of the data belong to no tensor, each has to"

        case .unsafeShardName(let file, let shard): "\(file): '\(shard)' is no plain file name, shards lie beside their index"
        case .notInShard(let file, let tensor, let shard): "\(file): '\(tensor)' is said to be in \(shard), which does not have it"

        case .notZip(let file, let reason): "\(file): \(reason), a zip file as PyTorch writes it is needed"
        case .compressed(let file, let entry): "\(file): the entry '\(entry)' is compressed, stored bytes are needed"
        case .encrypted(let file, let entry): "\(file): the entry '\(entry)' is encrypted, plain bytes are needed"
        case .badEntry(let file, let entry, let reason): "\(file): the entry '\(entry)' \(reason)"
        case .duplicateEntry(let file, let entry): "\(file): the entry '\(entry)' is there twice, a name may stand once"
        case .noPickle(let file): "\(file): this zip file has no single 'data.pkl', as files of PyTorch do"
        case .bigEndian(let file): "\(file): its numbers are not little-endian, as they need to be"

        case .forbiddenGlobal(let file, let name): "\(file): asks for '\(name)', only tensors are read"
        case .unknownOpcode(let file, let opcode, let offset):
            "\(file): byte \(offset) of its pickle is the instruction 0x\(String(opcode, radix: 16)), which no state dict needs"
        case .badPickle(let file, let offset, let reason): "\(file): byte \(offset) of its pickle \(reason)"
        case .notAStateDict(let file, let key, let found): "\(file): '\(key)' is \(found), a tensor for each name is needed"
        case .missingStorage(let file, let key): "\(file): a tensor's numbers should be in the entry 'data/\(key)', which is not there"
        case .wrongStorageSize(let file, let tensor, let bytes, let needed):
            "\(file): the storage of '\(tensor)' has \(bytes) bytes, it is said to have \(needed)"
        case .cutStorage(let file, let key, let needed, let available):
            "\(file): the storage '\(key)' needs its count and \(needed) bytes, \(available) bytes are left: the file may be cut short"
        case .viewBeyondStorage(let file, let tensor, let shape, let elements):
            "\(file): '\(tensor)' is \(shape) with strides that its storage of \(elements) numbers has no room for"

        case .missing(let file, let tensor): "\(file): there is no '\(tensor)', this model needs it"
        case .wrongShape(let file, let tensor, let found, let needed): "\(file): '\(tensor)' is \(found), this model needs \(needed)"
        case .notFloats(let file, let tensor, let type): "\(file): '\(tensor)' is \(type.rawValue), F32, F16, BF16 or F64 is needed"

        case .tooLarge(let file, let tensor, let value, let type):
            "\(file): '\(tensor)' has \(value), more than \(type.rawValue) holds"
        }
    }
}
