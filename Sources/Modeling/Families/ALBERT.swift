import TenorFiles
import TenorLayers

/// ALBERT (Lan et al. 2020), as in transformers' `models/albert/modeling_albert.py`: BERT with a separate embedding width, whose layers
/// share their weights in groups. A layer may consist of several blocks: those of its group, in order.
enum ALBERT {
    static let family = Family(
        modelTypes: ["albert"], prefix: "albert.", bareArchitecture: "AlbertModel", architecture: "AlbertForSequenceClassification",
        pooler: "pooler", encoder: encoder
    ) { configuration, width, labels, table in
        .pooler("albert.pooler", width, labels, dropout: try configuration.rate("classifier_dropout_prob", default: 0.1), in: &table)
    }

    private static func encoder(_ configuration: Configuration, _ prefix: String, _ table: inout ParameterTable) throws -> any Encoder {
        var shape = try BlockShape(configuration, dropout: 0, activation: "gelu_new")
        shape.dropsFeedForward = false  // transformers' class declares that dropout but never uses it
        let width = try configuration.size("embedding_size", default: 128)
        let embeddings = try SummedEmbeddings("\(prefix)embeddings", configuration, width: width, shape, in: &table)
        let projection = Linear("\(prefix)encoder.embedding_hidden_mapping_in", width, shape.width, in: &table)
        let sharing = try Sharing(configuration)
        var declared: [String: Block] = [:]
        let blocks = (0..<sharing.blockCount).map { index in
            let name = prefix + sharing.name(ofBlock: index)
            if let block = declared[name] { return block }
            // A block that is used more than once has the depth of its first use, so it is frozen as soon as one of its uses is.
            table.depth = index + 1
            let block = Block(name, shape, names, in: &table)
            declared[name] = block
            return block
        }
        return PostNormEncoder(
            width: shape.width, longestSequence: try configuration.size("max_position_embeddings"), embeddings: embeddings,
            projection: projection, blocks: blocks)
    }

    private static let names = BlockNames(
        query: "attention.query", key: "attention.key", value: "attention.value", output: "attention.dense",
        attentionNorm: "attention.LayerNorm", up: "ffn", down: "ffn_output", norm: "full_layer_layer_norm")

    /// Maps blocks to the weights they share.
    fileprivate struct Sharing {
        let layers: Int
        let groups: Int
        /// Blocks per group, and therefore per layer.
        let inner: Int

        var blockCount: Int { layers * inner }
        var sharesWeights: Bool { groups < layers }

        init(_ configuration: Configuration) throws {
            inner = try configuration.layers("inner_group_num", default: 1)
            layers = try configuration.layers("num_hidden_layers", most: 1000 / inner)
            groups = try configuration.layers("num_hidden_groups", default: 1, most: layers)
        }

        func name(ofBlock index: Int) -> String {
            // Divides in floating point, as transformers does: groups need not divide layers evenly.
            let group = Int(Double(index / inner) / (Double(layers) / Double(groups)))
            return "encoder.albert_layer_groups.\(group).albert_layers.\(index % inner)"
        }
    }
}

extension Model {
    /// The same ALBERT with a copy of the shared weights for every layer. The results are the same, but the upper blocks can be trained
    /// while the lower ones stay frozen. Nil if no weights are shared.
    ///
    /// The copy is an ALBERT with as many groups as layers and one block in each, which transformers reads like any other.
    package func untied() throws -> Model? {
        guard try configuration.modelType == "albert" else { return nil }
        let shared = try ALBERT.Sharing(configuration)
        guard shared.sharesWeights else { return nil }
        var configuration = configuration
        configuration.json["inner_group_num"] = 1
        for key in ["num_hidden_layers", "num_hidden_groups"] { configuration.json[key] = .number(JSON.Number(shared.blockCount)) }
        let own = try ALBERT.Sharing(configuration)
        var newTable = ParameterTable()
        let network = try family.build(configuration, labels.count, head.isSentenceHead ? head.pooling : nil, &newTable)
        let slots = Dictionary(uniqueKeysWithValues: zip(table.entries.map(\.name), table.slots))
        let copies = newTable.entries.map { entry in
            var name = entry.name
            if (1...own.blockCount).contains(entry.depth) {
                let (new, old) = (own.name(ofBlock: entry.depth - 1), shared.name(ofBlock: entry.depth - 1))
                name.replaceSubrange(name.firstRange(of: new)!, with: old)
            }
            return weights[slots[name]!]
        }
        return Model(configuration, family, network, newTable, Parameters(copies), task: task, labels: labels)
    }
}
