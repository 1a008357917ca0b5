import TenorLayers
import TenorThreads

/// Computes gradients, reusing its memory from batch to batch.
///
/// Each micro-batch runs forward and backward on one thread and records deferred gradients, which are then accumulated. A large batch is
/// processed in several groups of micro-batches, so that memory is bounded by the group and not by the batch.
package struct Backpropagation {
    /// One per thread.
    private var arenas: [Arena] = []
    /// One per micro-batch.
    private var deferred: [DeferredGradients] = []
    private let boundary: FrozenBoundary
    private let trainable: Trainable
    private var gradient: Parameters

    /// - Parameters:
    ///   - boundary: the frozen boundary, at which batches provide cached activations.
    ///   - trainable: the parameters to compute gradients for; nil for all above the boundary.
    package init(_ model: Model, above boundary: FrozenBoundary = .belowEverything, _ trainable: Trainable? = nil) {
        let trainable = trainable ?? Trainable(model.table, above: boundary)
        self.boundary = boundary
        self.trainable = trainable
        gradient = Parameters(zerosFor: model.table, trainable)
    }

    /// The gradient of the task's mean loss over the batch's rows, weighted by their labels' weights. The next call reuses its memory, copying it first if the caller still
    /// holds the gradient.
    package mutating func run(
        _ batch: Batch, _ model: Model, _ weights: LossWeights = .plain, dropoutKey: DropoutKey?, threads: Int
    ) -> Gradient {
        let divisor = batch.targets.totalWeight(weights)
        func classified(_ pooled: Rows, _ pass: Pass, _ rows: Range<Int>, _ deferred: DeferredGradients) -> (Double, Rows) {
            let (logits, backward) = model.head.classify(pooled, pass)
            let dLogits = pass.arena.rows(logits.count, logits.width)
            let loss = model.task.loss(logits, batch.targets[rows], weights, divisor: divisor, dLogits: dLogits)
            return (loss, backward(dLogits, deferred))
        }
        var gradient = run(batch.rows, batch.below, model, dropoutKey: dropoutKey, threads: threads, classified)
        gradient.loss /= divisor
        return gradient
    }

    /// The gradient of the sum of the losses that `top` computes from the rows' pooled states.
    package mutating func run(
        _ rows: [TokenRow], _ below: Batch.Below, _ model: Model, dropoutKey: DropoutKey?, threads: Int, _ top: Top
    ) -> Gradient {
        guard rows.haveWindows, !below.isPooled else {
            // What is pooled needs no tokens.
            let rows = rows.haveWindows ? rows.map { _ in [0] } : rows
            return run(rows, below, model, dropoutKey: dropoutKey, threads: threads, recorded: [], top)
        }
        let arena = Arena()
        let head = DeferredGradients(trainable)
        return run(through: rows, below, model, dropoutKey: dropoutKey, threads: threads, recorded: [head]) { states in
            let pass = Pass(
                weights: model.weights, products: model.products, sequences: Sequences(rows.map { _ in [0] }), arena: arena,
                keepsTape: true, dropoutKey: dropoutKey)
            return top(states, pass, rows.indices, head)
        }
    }

    /// The gradient of the ``SimilarityLoss`` of the batch's pooled states. There is no dropout, which is for single rows.
    package mutating func run(pairsOf batch: Batch, labels: [Int], _ model: Model, threads: Int) -> Gradient {
        var slopes = Matrix(rows: batch.rows.count, columns: model.encoder.width)
        return run(through: batch.rows, batch.below, model, dropoutKey: nil, threads: threads) { states in
            let loss = SimilarityLoss.loss(states, labels: labels, dStates: slopes.mutableView())
            return (loss, slopes.view)
        }
    }

    /// The gradient of a loss of all the batch's pooled states. They are computed twice, first for the loss and then for the backward pass,
    /// so that memory depends neither on the size of the batch nor on the number of a row's windows (Gao et al. 2021, "GradCache").
    ///
    /// - Parameters:
    ///   - recorded: gradients that `loss` records.
    ///   - loss: from the pooled states [rows, width] their loss and its gradient.
    private mutating func run(
        through rows: [TokenRow], _ below: Batch.Below, _ model: Model, dropoutKey: DropoutKey?, threads: Int,
        recorded: [DeferredGradients] = [], _ loss: (_ states: Rows) -> (Double, Rows)
    ) -> Gradient {
        let states = model.pooled(rows, from: below, above: boundary, dropoutKey: dropoutKey, threads: threads)
        let (value, dStates) = loss(states.view)
        let slopes = rows.spread(overWindows: dStates)
        let dWindows = slopes.view
        let (windows, below) = rows.haveWindows ? (rows.flatMap(\.windows), below.windows(of: rows)) : (rows, below)
        var gradient = run(windows, below, model, dropoutKey: dropoutKey, threads: threads, recorded: recorded) {
            pooled, pass, microBatch, _ in
            let dPooled = pass.arena.rows(pooled.count, pooled.width)
            dPooled.copy(from: dWindows[microBatch])
            return (0, dPooled)
        }
        gradient.loss = value
        return gradient
    }

    /// What follows the pooled states of a micro-batch: the sum of its rows' losses, and the gradient for the pooled states, which has the
    /// batch's divisor in it.
    package typealias Top = (_ pooled: Rows, _ pass: Pass, _ microBatch: Range<Int>, _ deferred: DeferredGradients) -> (Double, Rows)

    /// The accumulated gradient of all micro-batches, with the sum of their losses.
    ///
    /// - Parameter recorded: gradients that are added to it.
    private mutating func run(
        _ rows: [TokenRow], _ below: Batch.Below, _ model: Model, dropoutKey: DropoutKey?, threads: Int,
        recorded: [DeferredGradients], _ top: Top
    ) -> Gradient {
        let lengths = below.isPooled ? rows.map { _ in 1 } : rows.map(\.count)
        var loss = 0.0
        var norm = 0.0
        for group in MicroBatches.groups(lengths) {
            let microBatches = MicroBatches.split(lengths[group]).map {
                $0.lowerBound + group.lowerBound..<$0.upperBound + group.lowerBound
            }
            while arenas.count < min(max(threads, 1), microBatches.count) { arenas.append(Arena()) }
            while deferred.count < microBatches.count { deferred.append(DeferredGradients(trainable)) }
            let (arenas, deferred, boundary) = (arenas, deferred, boundary)
            var losses = Array(repeating: 0.0, count: microBatches.count)
            losses.withUnsafeMutableBufferPointer { losses in
                parallel(microBatches.count, threads: threads) { index, worker in
                    arenas[worker].reset()
                    deferred[index].reset()
                    losses[index] = Self.run(
                        microBatches[index], of: rows, below, model, above: boundary, dropoutKey, arena: arenas[worker],
                        deferred: deferred[index], top)
                }
            }
            loss += losses.reduce(0, +)
            let isFirst = group.lowerBound == 0
            norm = DeferredGradients.accumulate(
                Array(deferred[..<microBatches.count]) + (isFirst ? recorded : []), into: &gradient, adding: !isFirst, threads: threads)
        }
        return Gradient(parameters: gradient, loss: loss, norm: norm)
    }

    /// Returns the sum of a micro-batch's losses and records its part of the gradient.
    private static func run(
        _ microBatch: Range<Int>, of rows: [TokenRow], _ below: Batch.Below, _ model: Model, above boundary: FrozenBoundary,
        _ dropoutKey: DropoutKey?, arena: Arena, deferred: DeferredGradients, _ top: Top
    ) -> Double {
        let encoder = model.encoder
        let before = rows[..<microBatch.lowerBound].reduce(0) { $0 + $1.count }
        let sequences = Sequences(
            rows[microBatch], firstToken: before, firstSequence: microBatch.lowerBound, padding: model.paddingID)
        let pass = Pass(
            weights: model.weights, products: model.products, sequences: sequences, arena: arena, keepsTape: true, dropoutKey: dropoutKey,
            lowestTrained: boundary.lowestTrainedBlock)
        let pooled: Rows
        var backwards: [Backward] = []
        if case .pooled(let states) = below {
            pooled = gathered(states[microBatch], arena)
        } else {
            let x: Rows
            if case .states(let states) = below {
                x = gathered(states[microBatch], arena)
            } else {
                let (embedded, backward) = encoder.embed(pass)
                x = embedded
                backwards.append(backward)
            }
            let (states, backwardBlocks) = encoder.pooled(x, through: boundary.trainableBlocks(of: encoder), model.head.pooling, pass)
            backwards.append(backwardBlocks)
            pooled = states
        }
        let (loss, dPooled) = top(pooled, pass, microBatch, deferred)
        var dy = dPooled
        for backward in backwards.reversed() { dy = backward(dy, deferred) }
        return loss
    }
}
