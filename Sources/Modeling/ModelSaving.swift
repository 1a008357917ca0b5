import TenorFiles
import TenorLayers

extension Model {
    /// Writes config.json and model.safetensors into an existing folder and, with mean pooling, the sentence-transformers modules. The
    /// folder opens in transformers' …ForSequenceClassification, or in sentence-transformers, whose `encode` then returns the logits. With
    /// mean pooling the encoder is in a subfolder, so that transformers alone, which would make up a head, does not open the folder.
    ///
    /// - Parameter maxLength: the number of tokens to which sentence-transformers should truncate texts.
    package func write(to folder: String, as format: FloatFormat = .f32, maxLength: Int) throws {
        try write(to: folder, as: format, file: "model.safetensors", maxLength: maxLength) { [NamedTensor($0.name, shape: $0.shape, $1)] }
    }

    /// The same with the weights of linear layers stored as int8, each with a tensor of scales for its outputs. The file has a different
    /// name, because other programs would take the int8 numbers for the weights.
    package func writeQuantized(to folder: String, maxLength: Int) throws {
        try write(to: folder, as: .f32, file: Weights.quantizedName, maxLength: maxLength) { entry, matrix in
            guard let axis = entry.outputs else { return [NamedTensor(entry.name, shape: entry.shape, matrix)] }
            let quantized = ByteMatrix(quantizing: matrix.view, along: axis)
            let count = quantized.scales.count
            let scales = Matrix(rows: 1, columns: count, quantized.scales)
            return [
                NamedTensor(entry.name, shape: entry.shape, quantized.bytes),
                NamedTensor(entry.name + Weights.scaleSuffix, shape: axis == .rows ? [count] : [1, count], scales),
            ]
        }
    }

    private func write(
        to folder: String, as format: FloatFormat, file: String, maxLength: Int,
        tensors: (ParameterTable.Entry, Matrix) -> [NamedTensor]
    ) throws {
        var configuration = configuration
        let isMean = head.isSentenceHead
        configuration.json["architectures"] = [.string(isMean ? family.bareArchitecture : family.architecture)]
        configuration.json["problem_type"] = .string(task.problemType)
        try family.bothVersions(&configuration)
        let encoder = isMean ? try SentenceModules.transformerFolder(in: folder) : folder
        for key in ["dtype", "torch_dtype"] where configuration.json[key] != nil { configuration.json[key] = .string(format.torchName) }
        try ReplacingFile.write((JSON.object(configuration.json).serialized(.indented) + "\n").utf8, to: "\(encoder)/config.json")
        let parameters = zip(table.entries, weights.matrices).map { (entry: $0, matrix: $1) }
        let isInDense = { (entry: ParameterTable.Entry) in isMean && entry.depth == ParameterTable.headDepth }
        try SafeTensorsWriter.write(
            parameters.filter { !isInDense($0.entry) }.flatMap { tensors($0.entry, $0.matrix) }, as: format, to: "\(encoder)/\(file)")
        guard isMean else { return }
        let dense = parameters.filter { isInDense($0.entry) }.map {
            NamedTensor(SentenceModules.Dense.name(of: $0.entry), shape: $0.entry.shape, $0.matrix)
        }
        try SentenceModules.write(
            head.pooling, width: self.encoder.width, classifier: (dense, labels.count), as: format, maxLength: maxLength, to: folder)
    }
}

extension FloatFormat {
    /// The name in config.json.
    var torchName: String {
        switch self {
        case .f32: "float32"
        case .f16: "float16"
        case .bf16: "bfloat16"
        }
    }
}
