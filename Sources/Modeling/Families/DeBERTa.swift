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

extension Configuration {
    var debertaEpsilon: Float { get throws { try float("layer_norm_eps", default: 1e-7) } }
}
