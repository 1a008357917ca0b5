import TenorLayers

/// MPNet (Song et al. 2020), as in transformers' `models/mpnet/modeling_mpnet.py`: BERT without token types, with positions starting at 2
/// and a score bias that depends on the distance between query and key and is the same in all blocks.
struct MPNet: Encoder {
    let width: Int
    let longestSequence: Int
    let embeddings: SummedEmbeddings
    let blocks: [Block]
    let relativeBias: BucketedBias

    var blockCount: Int { blocks.count }
    var tokenEmbeddings: Slot { embeddings.tokenEmbeddings.weight }

    static let family = Family(
        modelTypes: ["mpnet"], prefix: "mpnet.", bareArchitecture: "MPNetModel", architecture: "MPNetForSequenceClassification",
        pooler: "pooler.dense", encoder: MPNet.init
    ) { configuration, width, labels, table in
        .dense(width, labels, dropout: try configuration.rate("hidden_dropout_prob", default: 0.1), in: &table)
    }

    private init(_ configuration: Configuration, _ prefix: String, _ table: inout ParameterTable) throws {
        let shape = try BlockShape(configuration)
        let positions = try configuration.size("max_position_embeddings")
        let firstPosition = 2
        guard positions > firstPosition else {
            throw ConfigurationError.wrongKind(
                file: configuration.file, key: "max_position_embeddings", found: "\(positions)", needed: "more than \(firstPosition)")
        }
        width = shape.width
        longestSequence = positions - firstPosition
        embeddings = try SummedEmbeddings(
            "\(prefix)embeddings", configuration, width: width, shape, firstPosition: firstPosition, hasTypes: false, in: &table)
        // Shared by all blocks, so it is frozen as soon as one of them is.
        relativeBias = BucketedBias("\(prefix)encoder.relative_attention_bias", heads: shape.heads, in: &table)
        blocks = try (0..<configuration.layers("num_hidden_layers")).map { index in
            table.depth = index + 1
            return Block("\(prefix)encoder.layer.\(index)", shape, Self.names, in: &table)
        }
    }

    private static let names = BlockNames(
        query: "attention.attn.q", key: "attention.attn.k", value: "attention.attn.v", output: "attention.attn.o",
        attentionNorm: "attention.LayerNorm", up: "intermediate.dense", down: "output.dense", norm: "output.LayerNorm")

    func embed(_ pass: Pass) -> (Rows, Backward) { embeddings.forward(pass) }

    func forward(_ x: Rows, through range: Range<Int>, _ pass: Pass) -> (Rows, Backward) {
        biased(pass) { bias in chain(x, through: range, pass) { index, x, pass in blocks[index].forward(x, bias: bias, pass) } }
    }

    func pooled(_ x: Rows, through range: Range<Int>, _ pooling: Pooling, _ pass: Pass) -> (Rows, Backward) {
        biased(pass) { bias in chain(x, through: range, of: blocks, pooling, bias: bias, pass) }
    }

    private func biased(_ pass: Pass, _ run: (RelativeBias) -> (Rows, Backward)) -> (Rows, Backward) {
        let (bias, accumulate) = relativeBias.forward(pass)
        let (y, backward) = run(bias)
        return (
            y,
            { dy, deferred in
                let dx = backward(dy, deferred)
                accumulate(deferred)
                return dx
            }
        )
    }
}

extension Int {
    /// For a positive number: 1 for 1, 2 for 2 and 3, 3 for 4 to 7.
    var significantBits: Int { Int.bitWidth - leadingZeroBitCount }
}
