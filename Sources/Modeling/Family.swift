import Layers

/// An encoder with a head on top, as its family builds it from a configuration.
package struct Network: Sendable {
    package let encoder: any Encoder
    package let head: Head
}

/// A kind of encoder: which configurations it reads, how its files name things, and how it is built.
package struct Family: Sendable {
    /// The values of `model_type` in config.json.
    let modelTypes: [String]
    /// What stands before the encoder's names in a checkpoint with a head, and is missing in a bare one.
    let prefix: String
    /// The classes of transformers that open a folder with this family's head, and one without.
    let bareArchitecture: String
    let architecture: String
    /// Beginnings of the names that task checkpoints of other tasks carry, which a classifier does without.
    let ignored: [String]
    /// Declares the parameters in the table, encoder first, and returns the network over them. With mean pooling the names are those of
    /// the bare encoder, and the head is `classifier` alone.
    let build:
        @Sendable (_ configuration: Configuration, _ labels: Int, _ pooling: Pooling?, _ table: inout ParameterTable) throws -> Network

    static let all: [Family] = [BERT.family, DeBERTa.family, XLNet.family]

    package static var knownModelTypes: [String] { all.flatMap(\.modelTypes).sorted() }

    static func of(_ configuration: Configuration) throws -> Family {
        let modelType = try configuration.modelType
        guard let family = all.first(where: { $0.modelTypes.contains(modelType) }) else {
            throw ConfigurationError.unknownFamily(file: configuration.file, modelType: modelType, known: knownModelTypes)
        }
        return family
    }
}

extension Head {
    /// The head of a sentence encoder: the mean of the states, then one linear layer.
    static func mean(_ width: Int, _ labels: Int, dropout: Float, in table: inout ParameterTable) -> Head {
        Head(
            pooling: .mean, dropout: Dropout(rate: dropout, in: &table),
            classifier: Linear("classifier", width, labels, in: &table))
    }
}
