import Layers

extension Model {
    /// Writes config.json and model.safetensors into a folder that is there; with mean pooling the sentence-transformers modules too. So the
    /// folder opens in transformers' …ForSequenceClassification, or in sentence-transformers, whose `encode` then gives the logits.
    ///
    /// - Parameter maxLength: the tokens that sentence-transformers should cut texts to.
    package func write(to folder: String, as format: FloatFormat = .f32, maxLength: Int) throws {
        var configuration = configuration
        let isMean = head.isSentenceHead
        configuration.json["architectures"] = [.string(isMean ? family.bareArchitecture : family.architecture)]
        configuration.json["problem_type"] = "single_label_classification"
        for key in ["dtype", "torch_dtype"] where configuration.json[key] != nil { configuration.json[key] = .string(format.torchName) }
        try ReplacingFile.write((JSON.object(configuration.json).serialized(pretty: true) + "\n").utf8, to: "\(folder)/config.json")
        let tensors = zip(table.entries, weights.matrices).map { (entry: $0, matrix: $1) }
        let isInDense = { (entry: ParameterTable.Entry) in isMean && entry.depth == ParameterTable.headDepth }
        try SafeTensorsWriter.write(
            tensors.filter { !isInDense($0.entry) }.map { NamedTensor($0.entry.name, shape: $0.entry.shape, $0.matrix) }, as: format,
            to: "\(folder)/model.safetensors")
        guard isMean else { return }
        let dense = tensors.filter { isInDense($0.entry) }.map {
            NamedTensor(SentenceModules.Dense.name(of: $0.entry), shape: $0.entry.shape, $0.matrix)
        }
        try SentenceModules.write(
            .mean, width: encoder.width, classifier: (dense, labels.count), as: format, maxLength: maxLength, to: folder)
    }
}

extension FloatFormat {
    /// As config.json names it.
    var torchName: String {
        switch self {
        case .f32: "float32"
        case .f16: "float16"
        case .bf16: "bfloat16"
        }
    }
}
