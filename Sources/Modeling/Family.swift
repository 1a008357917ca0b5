import TenorLayers

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
    package let bareArchitecture: String
    package let architecture: String
    /// Beginnings of the names that task checkpoints of other tasks carry, which a classifier does without.
    let ignored: [String]
    /// Beginnings of the head's names, apart from the prefix, that pre-training fills too.
    var pretrainedHead: [String] = []
    /// Declares the parameters in the table, encoder first, and returns the network over them. With mean pooling the names are those of
    /// the bare encoder, and the head is `classifier` alone.
    let build:
        @Sendable (_ configuration: Configuration, _ labels: Int, _ pooling: Pooling?, _ table: inout ParameterTable) throws -> Network

    static let all: [Family] =
        [
            ALBERT.family, BERT.family, DeBERTa.family, DistilBERT.family, ELECTRA.family, GPT2.family, ModernBERT.family, MPNet.family,
            RemBERT.family, XLNet.family,
        ] + RoBERTa.families

    package static var knownModelTypes: [String] { all.flatMap(\.modelTypes).sorted() }

    static func of(_ configuration: Configuration) throws -> Family {
        let modelType = try configuration.modelType
        guard let family = all.first(where: { $0.modelTypes.contains(modelType) }) else {
            throw ConfigurationError.unknownFamily(file: configuration.file, modelType: modelType, known: knownModelTypes)
        }
        return family
    }
}

extension Family {
    /// A family given by its encoder and its head. Where mean pooling is asked for, the same encoder stands under bare names, as sentence
    /// encoders have it, with one linear layer on top.
    ///
    /// - Parameters:
    ///   - pooler: a linear layer that the bare model has and mean pooling only carries from file to file.
    ///   - dropout: the key of the rate of dropout before the linear layer over the mean.
    init(
        modelTypes: [String], prefix: String, bareArchitecture: String, architecture: String, ignored: [String] = [],
        pretrainedHead: [String] = [], pooler: String? = nil, dropout: String = "hidden_dropout_prob",
        encoder: @escaping @Sendable (_ configuration: Configuration, _ prefix: String, inout ParameterTable) throws -> any Encoder,
        head: @escaping @Sendable (_ configuration: Configuration, _ width: Int, _ labels: Int, inout ParameterTable) throws -> Head
    ) {
        self.init(
            modelTypes: modelTypes, prefix: prefix, bareArchitecture: bareArchitecture, architecture: architecture, ignored: ignored,
            pretrainedHead: pretrainedHead
        ) { configuration, labels, pooling, table in
            let encoder = try encoder(configuration, pooling == .mean ? "" : prefix, &table)
            let width = encoder.width
            if pooling == .mean, let pooler {
                table.depth = ParameterTable.carriedDepth
                _ = Linear(pooler, width, width, in: &table)
            }
            table.depth = ParameterTable.headDepth
            let head: Head =
                if pooling == .mean {
                    .mean(width, labels, dropout: try configuration.rate(dropout, default: 0.1), in: &table)
                } else {
                    try head(configuration, width, labels, &table)
                }
            return Network(encoder: encoder, head: head)
        }
    }
}
