import TenorFiles
import TenorLayers

/// The tensors in a model's weight files, under the names in the files.
///
/// Opening reads names, types and shapes and checks that every tensor is within its file; numbers are read when a tensor is used.
package struct Weights: Sendable {
    /// The possible names of a model folder's weights; the first that exists is used. The order is that of transformers.
    static let fileNames = [
        "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json", quantizedName,
    ]
    /// The weights of other programs.
    private static let otherFileNames = [
        "tf_model.h5", "flax_model.msgpack", "model.onnx", "onnx/model.onnx", "openvino_model.xml", "adapter_model.safetensors",
        "adapter_model.bin",
    ]
    /// The name of a file that `tenor quantize` wrote.
    static let quantizedName = "model.int8.safetensors"
    /// The suffix that turns the name of an int8 tensor into that of its scales. They have the shape [rows] if they belong to its rows, or
    /// [1, columns] if they belong to its columns, where all axes but the first are flattened.
    static let scaleSuffix = ".scale"

    /// The name of the opened file, for error messages; for a sharded model, that of the index.
    package let file: String
    /// The names of all tensors, sorted.
    package let names: [String]
    private let tensors: [String: StoredTensor]
    /// The scales of int8 tensors, by the tensors' names.
    private let scales: [String: StoredTensor]

    /// Opens a model folder, or one file: `.safetensors`, `.bin`, `.pt`, `.pth`, or an `.index.json` that names shards beside it.
    package init(_ path: String) throws {
        var status = stat()
        let isFolder = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        try self.init(file: isFolder ? Self.weightFile(in: path) : path)
    }

    private init(file path: String) throws {
        if path.hasSuffix(".index.json") {
            self = try ShardIndex(path).open()
        } else {
            try self.init(file: MappedFile(path))
        }
    }

    /// The tensors of a single file.
    package init(file: MappedFile) throws(WeightsError) {
        try self.init(name: file.name, tensors: Self.tensors(in: file))
    }

    init(name: String, tensors: [StoredTensor]) throws(WeightsError) {
        file = name
        var byName: [String: StoredTensor] = [:]
        byName.reserveCapacity(tensors.count)
        for tensor in tensors {
            guard byName.updateValue(tensor, forKey: tensor.name) == nil else {
                throw .duplicateTensor(file: name, tensor: tensor.name)
            }
        }
        var scales: [String: StoredTensor] = [:]
        for tensor in tensors where tensor.isInBytes { scales[tensor.name] = byName.removeValue(forKey: tensor.name + Self.scaleSuffix) }
        self.scales = scales
        self.tensors = byName
        names = byName.keys.sorted()
    }

    static func tensors(in file: MappedFile) throws(WeightsError) -> [StoredTensor] {
        if file.withBytes({ ForeignFile.name(ofBytes: $0) }) == .gitLFSPointer { throw .pointer(file: file.name) }
        if file.name.hasSuffix(".safetensors") { return try SafeTensors.tensors(in: file) }
        if [".bin", ".pt", ".pth"].contains(where: file.name.hasSuffix) { return try TorchFile.tensors(in: file) }
        throw .unknownKind(file: file.name)
    }

    /// A broken link counts as present, so that opening it reports what is wrong.
    private static func weightFile(in folder: String) throws(WeightsError) -> String {
        for name in fileNames {
            var status = stat()
            if lstat("\(folder)/\(name)", &status) == 0 { return "\(folder)/\(name)" }
        }
        let others = otherFileNames.filter { access("\(folder)/\($0)", F_OK) == 0 }
        throw others.isEmpty ? .noWeights(folder: folder) : .otherWeights(folder: folder, names: others)
    }

    /// The lengths of a tensor's dimensions; nil if there is no such tensor.
    package func shape(of name: String) -> [Int]? { tensors[name]?.shape }

    /// Whether some tensors are stored as int8.
    package var isQuantized: Bool { !scales.isEmpty }

    package func dtype(of name: String) -> ElementType? { tensors[name]?.type }

    /// A tensor of the shape [rows, columns], or also [columns] if `rows` is 1.
    ///
    /// Row-major F32 numbers are the mapped bytes of the file if they are aligned; everything else is a converted copy.
    package func matrix(_ name: String, rows: Int, columns: Int) throws(WeightsError) -> Matrix {
        let isVector = rows == 1 && shape(of: name)?.count == 1
        return try matrix(name, shape: isVector ? [columns] : [rows, columns], rows: rows, columns: columns)
    }

    /// A tensor of exactly this shape, of any rank, as `rows` × `columns` numbers in row-major order.
    package func matrix(_ name: String, shape: [Int], rows: Int, columns: Int) throws(WeightsError) -> Matrix {
        guard let tensor = tensors[name] else { throw .missing(file: file, tensor: name) }
        guard tensor.shape == shape else {
            throw .wrongShape(file: tensor.file.name, tensor: name, found: tensor.shape, needed: shape)
        }
        return try matrix(tensor, rows: rows, columns: columns)
    }

    private func matrix(_ tensor: StoredTensor, rows: Int, columns: Int) throws(WeightsError) -> Matrix {
        guard let scale = scales[tensor.name] else { return try tensor.matrix(rows: rows, columns: columns) }
        let count = tensor.shape.first ?? 1
        let width = tensor.count / max(count, 1)
        guard scale.shape == [count] || scale.shape == [1, width] else {
            throw .wrongShape(file: file, tensor: tensor.name + Self.scaleSuffix, found: scale.shape, needed: [count])
        }
        let axis: ParameterTable.Axis = scale.shape == [count] ? .rows : .columns
        let scales = try scale.matrix(rows: 1, columns: scale.count).elements
        let floats = ByteMatrix(rows: count, columns: width, bytes: tensor.bytes, scales: scales, along: axis).matrix
        return floats.rows == rows ? floats : Matrix(rows: rows, columns: columns, floats.elements)
    }

    /// The names whose tensors hold an infinity or a NaN when read as F32. Reads all their numbers.
    package func nonFinite(among names: [String]) throws(WeightsError) -> [String] {
        var found: [String] = []
        for name in names {
            guard let tensor = tensors[name] else { throw .missing(file: file, tensor: name) }
            if !(try matrix(tensor, rows: 1, columns: tensor.count)).view.isFinite { found.append(name) }
        }
        return found
    }
}
