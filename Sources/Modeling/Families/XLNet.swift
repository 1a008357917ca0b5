import TenorLayers

/// XLNet (Yang et al. 2019), the content stream of transformers' `models/xlnet/modeling_xlnet.py`: no positions in the states, attention
/// with Transformer-XL's relative positions, no mask, and a summary of the last token, which is <cls>.
///
/// The query stream and its `mask_emb` are for pre-training, the memories of earlier segments (`mem_len`) for texts read in segments.
struct XLNet: Encoder {
    let width: Int
    let embedding: Embedding
    let positions: Sinusoids
    let positionDropout: Dropout
    let blocks: [XLNetBlock]
    /// Applied to the states below the first block and to those above the last.
    let dropoutBelow: Dropout
    let dropoutAbove: Dropout

    var blockCount: Int { blocks.count }
    var tokenEmbeddings: Slot { embedding.weight }
    /// Unlimited, because sinusoids are defined for any distance.
    var longestSequence: Int { Int(Int32.max) }

    static let family = Family(
        modelTypes: ["xlnet"], prefix: "transformer.", bareArchitecture: "XLNetModel", architecture: "XLNetForSequenceClassification",
        ignored: ["lm_loss.", "sequence_summary.", "logits_proj.", "start_logits.", "end_logits.", "answer_class."], dropout: "dropout",
        encoder: XLNet.init
    ) { configuration, width, labels, table in
        return Head(
            pooling: .last, dense: Linear("sequence_summary.summary", width, width, in: &table), activation: .tanh,
            dropout: Dropout(rate: try configuration.rate("summary_last_dropout", default: 0.1), in: &table),
            classifier: Linear("logits_proj", width, labels, in: &table))
    }

    private init(_ configuration: Configuration, _ prefix: String, _ table: inout ParameterTable) throws {
        width = try configuration.size("d_model")
        guard width % 2 == 0 else {
            throw ConfigurationError.wrongKind(
                file: configuration.file, key: "d_model", found: "\(width)", needed: "even, for sines and cosines")
        }
        let dropout = try configuration.rate("dropout", default: 0.1)
        embedding = Embedding("\(prefix)word_embedding", try configuration.size("vocab_size"), width, in: &table)
        positions = Sinusoids(width: width, clamp: try configuration.int("clamp_len", default: -1))
        (dropoutBelow, positionDropout) = (Dropout(rate: dropout, in: &table), Dropout(rate: dropout, in: &table))
        table.depth = ParameterTable.carriedDepth
        _ = table.matrix("\(prefix)mask_emb", [1, 1, width])
        blocks = try (0..<configuration.layers("n_layer")).map { index in
            table.depth = index + 1
            return try XLNetBlock("\(prefix)layer.\(index)", configuration, in: &table)
        }
        dropoutAbove = Dropout(rate: dropout, in: &table)
    }

    func embed(_ pass: Pass) -> (Rows, Backward) {
        let x = pass.arena.rows(pass.sequences.tokenCount, width)
        x.clear()
        let backwardEmbedding = embedding.forward(pass.sequences.ids, addingTo: x, pass)
        let (y, backwardDropout) = dropoutBelow.forward(x, pass)
        return (y, { dy, deferred in backwardEmbedding(backwardDropout(dy, deferred), deferred) })
    }

    func forward(_ x: Rows, through range: Range<Int>, _ pass: Pass) -> (Rows, Backward) {
        let longest = pass.sequences.longest
        let distances = Distances(longest: longest) { $0 }
        let (p, _) = positionDropout.forward(positions: positions.rows(distances.rows, pass), from: distances.rows.lowerBound, pass)
        let (y, backwardBlocks) = chain(x, through: range, pass) { index, x, pass in blocks[index].forward(x, p, distances, pass) }
        guard !range.isEmpty, range.upperBound == blockCount else { return (y, backwardBlocks) }
        let (z, backwardDropout) = dropoutAbove.forward(y, pass)
        return (z, { dz, deferred in backwardBlocks(backwardDropout(dz, deferred), deferred) })
    }
}
