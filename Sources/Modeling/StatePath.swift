import TenorLayers
import TenorThreads

/// The straight line from the states of one row to those of another with as many tokens, below the first block:
/// x(α) = start + α · (end - start), for α from 0 to 1.
///
/// The states below the first block are what ``Encoder/embed(_:)`` gives: in most families the norm of the sum of token, position and type
/// embeddings. Every family has them, positions are the same at both ends, and gradients need not pass through the embeddings.
package struct StatePath: Sendable {
    fileprivate let row: TokenRow
    /// [tokens, width] each.
    fileprivate let start: Matrix
    fileprivate let direction: Matrix
}

extension Model {
    /// The path to a row from the same row with another token in place of some: of those in `replaced`, by place.
    package func path(to row: TokenRow, replacing replaced: [Bool], by token: Int32) -> StatePath {
        precondition(replaced.count == row.count)
        var empty = row
        empty.ids = zip(row.ids, replaced).map { $1 ? token : $0 }
        // Where the token is the one that pads, it has a position all the same.
        let start = embedded(empty, padding: -1)
        let end = embedded(row, padding: paddingID)
        let direction = zip(end.elements, start.elements).map { $0 - $1 }
        return StatePath(row: row, start: start, direction: Matrix(rows: end.rows, columns: end.columns, direction))
    }

    private func embedded(_ row: TokenRow, padding: Int32) -> Matrix {
        let arena = arenas.take()
        defer { arenas.give(arena) }
        let sequences = Sequences(row.windows[...], firstToken: 0, firstSequence: 0, padding: padding)
        let states = encoder.embed(Pass(weights: weights, products: products, sequences: sequences, arena: arena)).0
        return Matrix(rows: states.count, columns: states.width, states.elements)
    }

    /// The token that pads; nil for families without one.
    package var paddingToken: Int32? { paddingID < 0 ? nil : paddingID }

    /// One output of the head, and its slopes, at points of a path. Each point is a row of a micro-batch, and each thread has one: it
    /// reads all weights twice, so fewer are faster. A point's numbers do not depend on the points beside it.
    package func points(of output: Int, along path: StatePath, at shares: [Double], threads: Int) -> [PathPoint] {
        let most = max(1, min((shares.count + threads - 1) / threads, Self.mostPathTokens / path.row.count))
        let microBatches = stride(from: 0, to: shares.count, by: most).map { $0..<min($0 + most, shares.count) }
        let found = Lock([[PathPoint]](repeating: [], count: microBatches.count))
        parallel(microBatches.count, threads: threads) { index in
            let points = points(of: output, along: path, microBatch: shares[microBatches[index]])
            found.withLock { $0[index] = points }
        }
        return found.withLock { $0.flatMap(\.self) }
    }

    /// The tokens of a micro-batch of several points, whose activations are kept for the backward pass.
    private static var mostPathTokens: Int { 1024 }

    private func points(of output: Int, along path: StatePath, microBatch shares: ArraySlice<Double>) -> [PathPoint] {
        let arena = arenas.take()
        defer { arenas.give(arena) }
        let rows = [TokenRow](repeating: path.row, count: shares.count)
        let sequences = Sequences(rows.flatMap(\.windows)[...], firstToken: 0, firstSequence: 0, padding: paddingID)
        let pass = Pass(weights: weights, products: products, sequences: sequences, arena: arena, keepsTape: true)
        let (start, direction) = (path.start.view, path.direction.view)
        let x = arena.rows(sequences.tokenCount, start.width)
        for (index, share) in shares.enumerated() {
            let states = x[index * path.row.count..<(index + 1) * path.row.count]
            for at in 0..<states.elementCount { states.base[at] = start.base[at] + Float(share) * direction.base[at] }
        }
        let (pooled, backwardBlocks) = encoder.pooled(x, through: 0..<encoder.blockCount, head.pooling, pass)
        let means = rows.haveWindows ? rows.means(ofWindows: pooled) : nil
        let (outputs, backwardHead) = head.classify(means?.view ?? pooled, pass)
        let values = (0..<shares.count).map { outputs.row($0)[output] }
        let dOutputs = arena.rows(outputs.count, outputs.width)
        dOutputs.clear()
        for row in 0..<outputs.count { dOutputs.row(row)[output] = 1 }
        // No parameter has a gradient, so nothing is recorded.
        let deferred = DeferredGradients(Trainable(table) { _ in false })
        let dPooled = backwardHead(dOutputs, deferred)
        let dWindows = means.map { _ in rows.spread(overWindows: dPooled) }
        let dx = backwardBlocks(dWindows?.view ?? dPooled, deferred)
        return values.enumerated().map { index, value in
            PathPoint(
                output: value,
                slopes: (0..<direction.count).map { token in
                    let (direction, slope) = (direction.row(token), dx.row(index * direction.count + token))
                    return (0..<path.direction.columns).reduce(0) { $0 + Double(direction[$1]) * Double(slope[$1]) }
                })
        }
    }
}
