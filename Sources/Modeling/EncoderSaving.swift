import TenorFiles
import TenorLayers

extension Model {
    /// Writes the encoder without the head into an existing folder: config.json, model.safetensors and the sentence-transformers modules for
    /// the pooling. transformers' AutoModel opens it, as does sentence-transformers, whose `encode` returns the pooled states.
    ///
    /// - Parameter maxLength: the number of tokens to which sentence-transformers should truncate texts.
    package func writeEncoder(to folder: String, as format: FloatFormat = .f32, maxLength: Int) throws {
        var configuration = configuration
        configuration.json["architectures"] = [.string(family.bareArchitecture)]
        for key in ["id2label", "label2id", "problem_type"] { configuration.json[key] = nil }
        try family.bothVersions(&configuration)
        for key in ["dtype", "torch_dtype"] where configuration.json[key] != nil { configuration.json[key] = .string(format.torchName) }
        try ReplacingFile.write((JSON.object(configuration.json).serialized(.indented) + "\n").utf8, to: "\(folder)/config.json")
        let tensors = zip(table.entries, weights.matrices).filter { $0.0.depth != ParameterTable.headDepth }.map {
            NamedTensor($0.name, shape: $0.shape, $1)
        }
        try SafeTensorsWriter.write(tensors, as: format, to: "\(folder)/model.safetensors")
        try SentenceModules.write(head.pooling, width: encoder.width, maxLength: maxLength, to: folder)
    }
}
