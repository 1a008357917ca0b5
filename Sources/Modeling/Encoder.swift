import TenorLayers

/// A transformer encoder, which maps token ids to hidden states in two steps that can be split at any block.
package protocol Encoder: Sendable {
    /// The width of a hidden state.
    var width: Int { get }
    var blockCount: Int { get }
    /// The maximum number of tokens in a sequence.
    var longestSequence: Int { get }

    /// The embedding table, with a row for each token of the vocabulary.
    var tokenEmbeddings: Slot { get }

    /// ids -> the states below block 0, [tokens, width]. The return value of its backward pass is meaningless, because ids have no
    /// gradient.
    func embed(_ pass: Pass) -> (Rows, Backward)

    /// The states below `blocks.lowerBound` -> the states above `blocks.upperBound - 1`, both [tokens, width].
    func forward(_ x: Rows, through blocks: Range<Int>, _ pass: Pass) -> (Rows, Backward)

    /// The states below `blocks.lowerBound` -> one vector per sequence from the states above `blocks.upperBound - 1`, [sequences, width].
    /// Equivalent to ``forward(_:through:_:)`` followed by pooling, but a family may skip what the pooling does not use.
    func pooled(_ x: Rows, through blocks: Range<Int>, _ pooling: Pooling, _ pass: Pass) -> (Rows, Backward)
}

extension Encoder {
    func pooled(_ x: Rows, through blocks: Range<Int>, _ pooling: Pooling, _ pass: Pass) -> (Rows, Backward) {
        let (y, backwardBlocks) = forward(x, through: blocks, pass)
        let (pooled, backwardPooling) = pooling.forward(y, pass)
        return (pooled, { dy, deferred in backwardBlocks(backwardPooling(dy, deferred), deferred) })
    }
}

/// Runs blocks in order. If the pooling uses only first tokens, the last block computes only those.
func chain(
    _ x: Rows, through range: Range<Int>, of blocks: [Block], _ pooling: Pooling, bias: RelativeBias? = nil, _ pass: Pass
) -> (Rows, Backward) {
    let top = pooling == .first ? range.last : nil
    let (y, backwardBelow) = chain(x, through: range.lowerBound..<(top ?? range.upperBound), pass) {
        blocks[$0].forward($1, bias: bias, $2)
    }
    var pass = pass
    if let top { pass.layer = top }
    let (pooled, backwardTop) = top.map { blocks[$0].first(y, bias: bias, pass) } ?? pooling.forward(y, pass)
    return (pooled, { dy, deferred in backwardBelow(backwardTop(dy, deferred), deferred) })
}

/// Runs blocks in order. Before the next block starts, it frees what is no longer needed: without a tape, everything a block wrote; in the
/// backward pass, what that pass wrote, because deferred gradients hold copies.
func chain(
    _ x: Rows, through blocks: Range<Int>, _ pass: Pass, _ block: (_ index: Int, _ x: Rows, _ pass: Pass) -> (Rows, Backward)
) -> (Rows, Backward) {
    var pass = pass
    guard pass.keepsTape else {
        let state = pass.arena.rows(x.count, x.width)
        state.copy(from: x)
        let mark = pass.arena.mark
        for index in blocks {
            pass.layer = index
            state.copy(from: block(index, state, pass).0)
            pass.arena.release(to: mark)
        }
        return (state, { _, _ in preconditionFailure("this pass kept no tape") })
    }
    var y = x
    var ways: [Backward] = []
    for index in blocks {
        pass.layer = index
        let (next, backward) = block(index, y, pass)
        y = next
        ways.append(backward)
    }
    let backwards = ways
    return (
        y,
        { [arena = pass.arena] dy, deferred in
            // Without blocks there is nothing to copy, and dy may have fewer rows than x if the block above has a frozen input.
            if backwards.isEmpty { return dy }
            let state = arena.rows(x.count, x.width)
            state.copy(from: dy)
            let mark = arena.mark
            for backward in backwards.reversed() {
                state.copy(from: backward(state, deferred))
                arena.release(to: mark)
            }
            return state
        }
    )
}
