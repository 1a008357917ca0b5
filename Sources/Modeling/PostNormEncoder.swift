import TenorLayers

/// BERT's architecture, which most later families kept: summed embeddings, optionally a linear layer from their width to that of the
/// blocks, and post-norm blocks.
struct PostNormEncoder: Encoder {
    let width: Int
    let longestSequence: Int
    let embeddings: SummedEmbeddings
    var projection: Linear?
    /// In the order of use; a block that is used more than once appears more than once.
    let blocks: [Block]

    var blockCount: Int { blocks.count }
    var tokenEmbeddings: Slot { embeddings.tokenEmbeddings.weight }

    func embed(_ pass: Pass) -> (Rows, Backward) {
        let (x, backwardEmbeddings) = embeddings.forward(pass)
        guard let projection else { return (x, backwardEmbeddings) }
        let (y, backwardProjection) = projection.forward(x, pass)
        return (y, { dy, deferred in backwardEmbeddings(backwardProjection(dy, deferred), deferred) })
    }

    func forward(_ x: Rows, through range: Range<Int>, _ pass: Pass) -> (Rows, Backward) {
        chain(x, through: range, pass) { index, x, pass in blocks[index].forward(x, pass) }
    }

    func pooled(_ x: Rows, through range: Range<Int>, _ pooling: Pooling, _ pass: Pass) -> (Rows, Backward) {
        chain(x, through: range, of: blocks, pooling, pass)
    }
}
