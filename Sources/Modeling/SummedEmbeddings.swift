import Layers

/// The states below the first block as BERT has them: dropout(norm(word + position + type)), positions counted from `firstPosition` within
/// each sequence, every token of type 0.
struct SummedEmbeddings: Sendable {
    let words: Embedding
    var positions: Embedding?
    var firstPosition = 0
    var types: Embedding?
    /// Before the norm, where the tables are narrower than the states (DeBERTa's `embed_proj`).
    var widening: Linear?
    let norm: LayerNorm
    let dropout: Dropout

    func forward(_ pass: Pass) -> (Rows, Backward) {
        let sequences = pass.sequences
        let sum = pass.arena.rows(sequences.tokenCount, words.width)
        sum.clear()
        var backs = [words.forward(sequences.ids, addingTo: sum, pass)]
        if let positions {
            var ids: [Int32] = []
            ids.reserveCapacity(sequences.tokenCount)
            for index in 0..<sequences.count {
                for position in 0..<sequences.range(index).count { ids.append(Int32(firstPosition + position)) }
            }
            backs.append(positions.forward(ids, addingTo: sum, pass))
        }
        if let types {
            backs.append(types.forward(Array(repeating: 0, count: sequences.tokenCount), addingTo: sum, pass))
        }
        let (wide, backWidening) = widening?.forward(sum, pass) ?? (sum, { dy, _ in dy })
        let (normed, backNorm) = norm.forward(wide, pass)
        let (y, backDropout) = dropout.forward(normed, pass)
        let ways = backs
        return (y, { dy, ledger in
            let dSum = backWidening(backNorm(backDropout(dy, ledger), ledger), ledger)
            return ways.reduce(dSum) { dy, back in back(dy, ledger) }
        })
    }
}
