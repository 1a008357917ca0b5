import TenorLayers

/// Rows of a training batch: their ids and classes and, where a part of the model is frozen, what that part made of them.
package struct Batch: Sendable {
    package let rows: [[Int32]]
    package let labels: [Int]
    package let below: Below

    package enum Below: Sendable {
        /// Nothing is frozen.
        case nothing
        /// The states at the cut of each row, [tokens, width].
        case states([Rows])
        /// The pooled state of each row, [1, width]: only the head is trained.
        case pooled([Rows])
    }

    package init(rows: [[Int32]], labels: [Int], below: Below) {
        self.rows = rows
        self.labels = labels
        self.below = below
    }
}

/// Computes gradients batch after batch in memory of its own.
///
/// Each shard goes forward and back by itself, on one thread, writing down what it owes; then the ledgers are settled. A batch of many
/// tokens goes in several waves, so that memory is bounded by the wave and not by the batch.
package struct Backpropagation {
    /// One a thread.
    private var arenas: [Arena] = []
    /// One a shard.
    private var ledgers: [Ledger] = []
    private let isTrainable: [Bool]
    private let cut: Cut
    package var gradient: Parameters
    /// √Σ g² over all of it.
    package private(set) var gradientNorm = 0.0

    package init(_ model: Model, above cut: Cut) {
        self.cut = cut
        isTrainable = model.table.entries.map(cut.isTrainable)
        gradient = Parameters(zerosFor: model.table, where: cut.isTrainable)
    }

    /// Sets ``gradient`` to that of the mean cross-entropy over the batch's rows, and returns the loss.
    package mutating func run(_ batch: Batch, _ model: Model, coins: Coins?, threads: Int) -> Double {
        let lengths: [Int] = if case .pooled = batch.below { batch.rows.map { _ in 1 } } else { batch.rows.map(\.count) }
        var loss = 0.0
        for wave in Shards.waves(lengths) {
            let shards = Shards.cut(lengths[wave]).map { $0.lowerBound + wave.lowerBound..<$0.upperBound + wave.lowerBound }
            while arenas.count < min(max(threads, 1), shards.count) { arenas.append(Arena()) }
            while ledgers.count < shards.count { ledgers.append(Ledger(isTrainable: isTrainable)) }
            let (arenas, ledgers, cut) = (arenas, ledgers, cut)
            var losses = Array(repeating: 0.0, count: shards.count)
            losses.withUnsafeMutableBufferPointer { losses in
                parallel(shards.count, threads: threads) { index, worker in
                    arenas[worker].reset()
                    ledgers[index].reset()
                    losses[index] = Self.run(
                        shards[index], of: batch, model, above: cut, coins: coins, arena: arenas[worker], ledger: ledgers[index])
                }
            }
            loss += losses.reduce(0, +)
            gradientNorm = Ledger.settle(
                Array(ledgers[..<shards.count]), into: &gradient, adding: wave.lowerBound > 0,
                threads: threads)
        }
        return loss / Double(batch.rows.count)
    }

    private static func run(
        _ shard: Range<Int>, of batch: Batch, _ model: Model, above cut: Cut, coins: Coins?, arena: Arena, ledger: Ledger
    ) -> Double {
        let (encoder, head) = (model.encoder, model.head)
        let before = batch.rows[..<shard.lowerBound].reduce(0) { $0 + $1.count }
        let sequences = Sequences(batch.rows[shard], firstToken: before, firstSequence: shard.lowerBound)
        let pass = Pass(
            weights: model.weights, products: model.products, sequences: sequences, arena: arena, keepsTape: true, coins: coins,
            lowestTrained: cut.lowestTrainedBlock)
        let pooled: Rows
        var backs: [Backward] = []
        if case .pooled(let rows) = batch.below {
            pooled = gathered(rows[shard], arena)
        } else {
            let x: Rows
            if case .states(let states) = batch.below {
                x = gathered(states[shard], arena)
            } else {
                let (embedded, back) = encoder.embed(pass)
                x = embedded
                backs.append(back)
            }
            let (states, backBlocks) = encoder.pooled(x, through: cut.trainableBlocks(of: encoder), head.pooling, pass)
            backs.append(backBlocks)
            pooled = states
        }
        let (logits, backHead) = head.classify(pooled, pass)
        let dLogits = arena.rows(logits.count, logits.width)
        let loss = CrossEntropy.loss(logits, labels: Array(batch.labels[shard]), divisor: batch.rows.count, dLogits: dLogits)
        var dy = backHead(dLogits, ledger)
        for back in backs.reversed() { dy = back(dy, ledger) }
        return loss
    }
}
