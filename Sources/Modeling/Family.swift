import TenorLayers

/// A kind of encoder: which configurations it reads, how its tensors are named in files, and how it is built.
package struct Family: Sendable {
    /// The values of `model_type` in config.json.
    let modelTypes: [String]
    /// The prefix of the encoder's tensor names in a checkpoint with a head; a bare checkpoint lacks it.
    let prefix: String
    /// The transformers classes that open a folder without a head, and one with this family's head.
    package let bareArchitecture: String
    package let architecture: String
    /// Name prefixes of tensors for other tasks, which a classifier does not need.
    let ignored: [String]
    /// Name prefixes of head tensors, besides those with the prefix, that pre-training produces too.
    var pretrainedHead: [String] = []
    /// Adds keys to a configuration, so that the versions of transformers that spell settings differently read the same.
    var bothVersions: @Sendable (inout Configuration) throws -> Void = { _ in }
    /// Declares the parameters in the table, encoder first, and returns the network that uses them. With mean pooling the names are those
    /// of the bare encoder, and the head is `classifier` alone.
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
    /// A family defined by its encoder and its head. For mean pooling it builds the same encoder under bare names, as sentence encoders
    /// have them, with one linear layer on top.
    ///
    /// - Parameters:
    ///   - pooler: a linear layer of the bare model that mean pooling does not use and only copies from file to file.
    ///   - dropout: the configuration key of the dropout rate before the linear layer on the mean.
    init(
        modelTypes: [String], prefix: String, bareArchitecture: String, architecture: String, ignored: [String] = [],
        pretrainedHead: [String] = [], pooler: String? = nil, dropout: String = "hidden_dropout_prob",
        bothVersions: @escaping @Sendable (inout Configuration) throws -> Void = { _ in },
        encoder: @escaping @Sendable (_ configuration: Configuration, _ prefix: String, inout ParameterTable) throws -> any Encoder,
        head: @escaping @Sendable (_ configuration: Configuration, _ width: Int, _ labels: Int, inout ParameterTable) throws -> Head
    ) {
        self.init(
            modelTypes: modelTypes, prefix: prefix, bareArchitecture: bareArchitecture, architecture: architecture, ignored: ignored,
            pretrainedHead: pretrainedHead, bothVersions: bothVersions
        ) { configuration, labels, pooling, table in
            let encoder = try encoder(configuration, pooling == nil ? prefix : "", &table)
            let width = encoder.width
            if pooling != nil, let pooler {
                table.depth = ParameterTable.carriedDepth
                _ = Linear(pooler, width, width, in: &table)
            }
            table.depth = ParameterTable.headDepth
            let head: Head =
                if let pooling {
                    .sentence(pooling, width, labels, dropout: try configuration.rate(dropout, default: 0.1), in: &table)
                } else {
                    try head(configuration, width, labels, &table)
                }
            return Network(encoder: encoder, head: head)
        }
    }
}
