import TenorLayers

/// The states below the first block in BERT: dropout(norm(token + position + type)), with positions counted from `firstPosition` within
/// each sequence, and type 1 for the tokens of a second text, if the model has that type, otherwise 0.
///
/// Where positions do not begin at 0, a token with the padding id, which is `firstPosition` - 1, has that position and is not counted
/// (`create_position_ids_from_input_ids` in transformers' `models/roberta/modeling_roberta.py`).
struct SummedEmbeddings: Sendable {
    let tokenEmbeddings: Embedding
    var positions: Embedding?
    var firstPosition = 0
    var types: Embedding?
    /// Applied before the norm if the tables are narrower than the states (DeBERTa's `embed_proj`).
    var widening: Linear?
    let norm: LayerNorm
    let dropout: Dropout

    func forward(_ pass: Pass) -> (Rows, Backward) {
        let sequences = pass.sequences
        let sum = pass.arena.rows(sequences.tokenCount, tokenEmbeddings.width)
        sum.clear()
        var backwards = [tokenEmbeddings.forward(sequences.ids, addingTo: sum, pass)]
        if let positions {
            backwards.append(positions.forward(positionIDs(sequences), addingTo: sum, pass))
        }
        if let types {
            let hasSecond = pass.weights.rows(types.weight).count > 1
            let ids = hasSecond ? sequences.types : Array(repeating: 0, count: sequences.tokenCount)
            backwards.append(types.forward(ids, addingTo: sum, pass))
        }
        let (wide, backwardWidening) = widening?.forward(sum, pass) ?? (sum, { dy, _ in dy })
        let (normed, backwardNorm) = norm.forward(wide, pass)
        let (y, backwardDropout) = dropout.forward(normed, pass)
        let ways = backwards
        return (
            y,
            { dy, deferred in
                let dSum = backwardWidening(backwardNorm(backwardDropout(dy, deferred), deferred), deferred)
                return ways.reduce(dSum) { dy, backward in backward(dy, deferred) }
            }
        )
    }
}

extension SummedEmbeddings {
    private func positionIDs(_ sequences: Sequences) -> [Int32] {
        var ids: [Int32] = []
        ids.reserveCapacity(sequences.tokenCount)
        for index in 0..<sequences.count {
            var next = Int32(firstPosition)
            for at in sequences.range(index) {
                let isPadding = firstPosition > 0 && sequences.ids[at] == sequences.padding
                ids.append(isPadding ? Int32(firstPosition - 1) : next)
                if !isPadding { next += 1 }
            }
        }
        return ids
    }

    /// Uses the names and configuration keys of BERT, with the norm and dropout settings of the blocks.
    init(
        _ name: String, _ configuration: Configuration, width: Int, _ shape: BlockShape, firstPosition: Int = 0, hasTypes: Bool = true,
        in table: inout ParameterTable
    ) throws {
        let vocabulary = try configuration.size("vocab_size")
        // If positions start after the padding id, as in RoBERTa, the padding id is `firstPosition` - 1.
        let paddingRow = firstPosition > 0 ? firstPosition - 1 : try configuration.paddingRow(default: 0, vocabulary: vocabulary)
        tokenEmbeddings = Embedding("\(name).word_embeddings", vocabulary, width, paddingRow: paddingRow, in: &table)
        // Where there is a padding position, its row gets no gradient either.
        positions = Embedding(
            "\(name).position_embeddings", try configuration.size("max_position_embeddings"), width,
            paddingRow: firstPosition > 0 ? firstPosition - 1 : nil, in: &table)
        self.firstPosition = firstPosition
        if hasTypes {
            types = Embedding("\(name).token_type_embeddings", try configuration.size("type_vocab_size", default: 2), width, in: &table)
        }
        norm = LayerNorm("\(name).LayerNorm", width, epsilon: shape.epsilon, in: &table)
        dropout = Dropout(rate: shape.dropout, in: &table)
    }
}
