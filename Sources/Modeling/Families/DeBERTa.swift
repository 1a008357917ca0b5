import TenorFiles
import TenorLayers

/// DeBERTa-v2, DeBERTa-v3 and mDeBERTa (He et al. 2021; 2023), as in transformers' `models/deberta_v2/modeling_deberta_v2.py`: content and
/// position are separate and attention combines them. The large v2 models add a convolution to the first block.
struct DeBERTa: Encoder {
    let width: Int
    let longestSequence: Int
    let embeddings: SummedEmbeddings
    let positions: DeBERTaPositions
    let blocks: [DeBERTaBlock]
    let convolution: DeBERTaConvolution?

    var blockCount: Int { blocks.count }
    var tokenEmbeddings: Slot { embeddings.tokenEmbeddings.weight }

    static let family = Family(
        modelTypes: ["deberta-v2"], prefix: "deberta.", bareArchitecture: "DebertaV2Model",
        architecture: "DebertaV2ForSequenceClassification",
        ignored: ["deberta.embeddings.position_embeddings.", "embeddings.position_embeddings."], encoder: DeBERTa.init
    ) { configuration, width, labels, table in
        try configuration.require("pooler_hidden_size", .number(JSON.Number(width)), default: .number(JSON.Number(width)))
        let dropout = try configuration.rate("hidden_dropout_prob", default: 0.1)
        return Head(
            pooling: .first, dropoutBefore: Dropout(rate: try configuration.rate("pooler_dropout", default: 0), in: &table),
            dense: Linear("pooler.dense", width, width, in: &table),
            activation: try configuration.activation("pooler_hidden_act", default: "gelu"),
            dropout: Dropout(rate: try configuration.rate("cls_dropout", default: Double(dropout)), in: &table),
            classifier: Linear("classifier", width, labels, in: &table))
    }

    private init(_ configuration: Configuration, _ prefix: String, _ table: inout ParameterTable) throws {
        let width = try configuration.size("hidden_size")
        let narrow = try configuration.size("embedding_size", default: width)
        let name = "\(prefix)embeddings"
        self.width = width
        longestSequence = try configuration.size("max_position_embeddings", default: 512)
        let vocabulary = try configuration.size("vocab_size")
        let paddingRow = try configuration.paddingRow(default: 0, vocabulary: vocabulary)
        let tokenEmbeddings = Embedding("\(name).word_embeddings", vocabulary, narrow, paddingRow: paddingRow, in: &table)
        let hasPositions = try configuration.bool("position_biased_input", default: true)
        let hasTypes = try configuration.int("type_vocab_size", default: 0) != 0
        embeddings = SummedEmbeddings(
            tokenEmbeddings: tokenEmbeddings,
            positions: hasPositions ? Embedding("\(name).position_embeddings", longestSequence, narrow, in: &table) : nil,
            types: hasTypes
                ? Embedding("\(name).token_type_embeddings", try configuration.size("type_vocab_size"), narrow, in: &table) : nil,
            widening: narrow == width ? nil : Linear("\(name).embed_proj", narrow, width, bias: false, in: &table),
            norm: LayerNorm("\(name).LayerNorm", width, epsilon: try configuration.debertaEpsilon, in: &table),
            dropout: Dropout(rate: try configuration.rate("hidden_dropout_prob", default: 0.1), in: &table))
        positions = try DeBERTaPositions("\(prefix)encoder", configuration, in: &table)
        let hasConvolution = try configuration.int("conv_kernel_size", default: 0) != 0
        convolution = hasConvolution ? try DeBERTaConvolution("\(prefix)encoder.conv", configuration, in: &table) : nil
        blocks = try (0..<configuration.layers("num_hidden_layers")).map { index in
            table.depth = index + 1
            return try DeBERTaBlock("\(prefix)encoder.layer.\(index)", configuration, in: &table)
        }
    }

    func embed(_ pass: Pass) -> (Rows, Backward) { embeddings.forward(pass) }

    func forward(_ x: Rows, through range: Range<Int>, _ pass: Pass) -> (Rows, Backward) {
        let (positions, backwardPositions) = positions.forward(pass)
        let (y, backwardBlocks) = chain(x, through: range, pass) { index, x, pass in
            let (y, backwardBlock) = blocks[index].forward(x, positions, pass)
            guard index == 0, let convolution else { return (y, backwardBlock) }
            let (z, backwardConvolution) = convolution.forward(x, addingTo: y, pass)
            return (
                z,
                { dz, deferred in
                    let (dx, dy) = backwardConvolution(dz, deferred)
                    let dBlock = backwardBlock(dy, deferred)
                    if let dx { dBlock.add(dx) }
                    return dBlock
                }
            )
        }
        return (
            y,
            { dy, deferred in
                let dx = backwardBlocks(dy, deferred)
                backwardPositions(deferred)
                return dx
            }
        )
    }
}

/// A block: disentangled attention, then BERT's feed-forward part.
struct DeBERTaBlock: Sendable {
    let attention: DisentangledAttention
    let feedForward: FeedForward

    init(_ name: String, _ configuration: Configuration, in table: inout ParameterTable) throws {
        let width = try configuration.size("hidden_size")
        let inner = try configuration.size("intermediate_size")
        attention = try DisentangledAttention("\(name).attention", configuration, in: &table)
        feedForward = FeedForward(
            up: Linear("\(name).intermediate.dense", width, inner, in: &table),
            activation: try configuration.activation("hidden_act", default: "gelu"),
            down: Linear("\(name).output.dense", inner, width, in: &table),
            dropout: Dropout(rate: try configuration.rate("hidden_dropout_prob", default: 0.1), in: &table),
            norm: LayerNorm("\(name).output.LayerNorm", width, epsilon: try configuration.debertaEpsilon, in: &table))
    }

    func forward(_ x: Rows, _ positions: DeBERTaPositions.Rows, _ pass: Pass) -> (Rows, Backward) {
        let (a, backwardAttention) = attention.forward(x, positions, pass)
        let (y, backwardFeedForward) = feedForward.forward(a, pass)
        return (y, { dy, deferred in backwardAttention(backwardFeedForward(dy, deferred), deferred) })
    }
}

/// The addition to the first block in the large v2 models: z = norm(y + activation(dropout(convolution(x)))), where x is the embeddings and
/// y the output of the block.
struct DeBERTaConvolution: Sendable {
    let convolution: Convolution
    let dropout: Dropout
    let activation: Activation
    let norm: LayerNorm

    init(_ name: String, _ configuration: Configuration, in table: inout ParameterTable) throws {
        let width = try configuration.size("hidden_size")
        let kernel = try configuration.size("conv_kernel_size")
        guard kernel % 2 == 1, kernel < 256 else {
            throw ConfigurationError.wrongKind(
                file: configuration.file, key: "conv_kernel_size", found: "\(kernel)", needed: "0 or an odd number below 256")
        }
        convolution = Convolution("\(name).conv", width, width, kernel: kernel, in: &table)
        dropout = Dropout(rate: try configuration.rate("hidden_dropout_prob", default: 0.1), in: &table)
        activation = try configuration.activation("conv_act", default: "tanh")
        norm = LayerNorm("\(name).LayerNorm", width, epsilon: try configuration.debertaEpsilon, in: &table)
    }

    /// The backward pass returns no dx if everything below the blocks is frozen, because it is not needed.
    func forward(_ x: Rows, addingTo y: Rows, _ pass: Pass) -> (Rows, (_ dz: Rows, DeferredGradients) -> (dx: Rows?, dy: Rows)) {
        let (c, backwardConvolution) = convolution.forward(x, pass)
        let (kept, backwardDropout) = dropout.forward(c, pass)
        let (a, backwardActivation) = activation.forward(kept, pass)
        let (z, backwardNorm) = norm.forward(a, adding: y, pass)
        return (
            z,
            { dz, deferred in
                let dy = backwardNorm(dz, deferred)
                guard !pass.hasFrozenInput else { return (nil, dy) }
                let da = pass.arena.rows(dy.count, dy.width)  // a copy, because the activation's backward pass works in place
                da.copy(from: dy)
                return (backwardConvolution(backwardDropout(backwardActivation(da, deferred), deferred), deferred), dy)
            }
        )
    }
}

extension Configuration {
    var debertaEpsilon: Float { get throws { try float("layer_norm_eps", default: 1e-7) } }
}
