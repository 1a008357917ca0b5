import TenorLayers
import TenorMeasuring
import TenorModeling

/// Rows as the model takes them: token ids and the index of each row's label.
package struct LabelledRows: Sendable {
    package let ids: [[Int32]]
    package let labels: [Int]

    package init(ids: [[Int32]], labels: [Int]) {
        precondition(ids.count == labels.count)
        self.ids = ids
        self.labels = labels
    }

    package var count: Int { ids.count }
}

/// What happens while a model is tuned, in the order it happens.
package enum TuningEvent: Sendable {
    /// The frozen part's states of so many rows are computed.
    case kept(rows: Int, of: Int)
    case step(StepRecord)
    case evaluated(EpochRecord)
    case remark(String)
}

package struct StepRecord: Sendable {
    /// From 1.
    package let step: Int
    package let steps: Int
    package let epoch: Int
    package let loss: Double
    package let learningRate: Double
    package let headLearningRate: Double
    /// Of all gradients together, before clipping.
    package let gradientNorm: Double
    package let rows: Int
}

package struct EpochRecord: Sendable {
    /// From 1.
    package let epoch: Int
    package let step: Int
    /// The mean over the epoch's steps.
    package let trainLoss: Double
    package let dev: Metrics?
    package let isBest: Bool
}

/// Tunes a model on labelled rows.
package struct Trainer: Sendable {
    package let options: TuningOptions
    private let pieces: OccurringPieces
    /// With ids that number the occurring pieces.
    private let train: LabelledRows
    private let dev: LabelledRows?

    package init(_ options: TuningOptions, train: LabelledRows, dev: LabelledRows?) {
        self.options = options
        let pieces = OccurringPieces(train.ids, dev?.ids ?? [])
        self.pieces = pieces
        self.train = LabelledRows(ids: pieces.renumbered(train.ids), labels: train.labels)
        self.dev = dev.map { LabelledRows(ids: pieces.renumbered($0.ids), labels: $0.labels) }
    }

    package var steps: Int {
        min(options.maxSteps ?? .max, options.epochCount * stepsPerEpoch)
    }

    /// How many steps are done when an epoch, counted from 1, is.
    package func step(afterEpoch epoch: Int) -> Int { min(epoch.multipliedReportingOverflow(by: stepsPerEpoch).partialValue, steps) }

    /// Everything that a step depends on but the data: what a checkpoint keeps and a resumed run starts from.
    package struct State: Sendable {
        /// Of the occurring pieces, as is ``best`` while training goes on.
        package var model: Model
        package var optimizer: AdamW
        package var epoch = 0
        package var step = 0
        /// The epoch with the best dev metric; without dev rows it is known at the end.
        package var best: Model
        package var bestMetrics: Metrics?
        package var bestEpoch = 0
        package var epochsWithoutGain = 0
        /// The whole word table, as it was at the start.
        fileprivate let words: Matrix
    }

    package func start(_ model: Model) -> State {
        var narrow = pieces.narrowed(model)
        narrow.products = Products(options.precision)
        return State(
            model: narrow, optimizer: AdamW(zerosFor: narrow.table, where: cut(0, narrow).isTrainable), best: narrow,
            words: model.weights[model.encoder.words])
    }

    private var stepsPerEpoch: Int { (train.count + options.batchSize - 1) / options.batchSize }

    /// The base's and the head's learning rates at a step, counted from 0.
    private func rates(step: Int, width: Int) -> (base: Double, head: Double) {
        let (base, head) = options.rates(width: width)
        let factor = Schedule(options.curve, warmup: options.warmup, steps: steps).factor(step)
        return (base * factor, head * factor)
    }

    private func rate(_ rates: (base: Double, head: Double), of entry: ParameterTable.Entry, blocks: Int) -> Float {
        if entry.depth == ParameterTable.headDepth { return Float(rates.head) }
        return Float(rates.base * power(options.layerDecay, blocks - entry.depth))
    }

    /// The model with its whole vocabulary, after so many steps.
    private func widened(_ model: Model, after steps: Int, _ state: State) -> Model {
        let (encoder, words) = (model.encoder, model.table[model.encoder.words])
        let shares = (0..<steps).filter { cut($0 / stepsPerEpoch, model).isTrainable(words) }.map { step in
            AdamW.keptShare(
                rate: rate(rates(step: step, width: encoder.width), of: words, blocks: encoder.blockCount),
                decay: words.decays ? Float(options.weightDecay) : 0)
        }
        return pieces.widened(model, words: state.words, shares: shares, threads: options.threads)
    }

    private func cut(_ epoch: Int, _ model: Model) -> Cut {
        options.unfreezing.cut(epoch: epoch, of: options.epochCount, blocks: model.encoder.blockCount)
    }

    /// Trains from `start` to the end. `report` is told what happens and may throw to stop; `checkpoint` is given the state after each epoch but the last.
    /// What comes out is `best`, with the whole vocabulary again: the epoch with the best dev metric, or the last one where there is no dev set.
    package func run(
        from start: consuming State, report: (TuningEvent) throws -> Void, checkpoint: (State) throws -> Void = { _ in }
    ) throws -> State {
        // Not a copy, for then the first step would copy all moments.
        var state = consume start
        var kept: KeptStates?
        var back: (cut: Cut, Backpropagation)?
        while !isDone(state) {
            let cut = cut(state.epoch, state.model)
            if cut.depth >= 0, kept?.cut != cut {
                kept = try keep(below: cut, state.model, report)
                // The copies of frozen weights are done with, unless states had no room, and need not be made anew in each step.
                state.model.products = Products(options.precision)
            }
            if cut.depth < 0 { kept = nil }
            if back?.cut != cut {
                back = (cut, Backpropagation(state.model, above: cut))
                state.optimizer.grow(to: state.model.table, where: cut.isTrainable)
            }
            var losses: [Double] = []
            for batch in batches(epoch: state.epoch) where state.step < steps {
                let rates = rates(step: state.step, width: state.model.encoder.width)
                let below = kept?.below(batch, state.model, threads: options.threads) ?? .nothing
                let rows = Batch(rows: batch.map { train.ids[$0] }, labels: batch.map { train.labels[$0] }, below: below)
                let coins = Coins(seed: options.seed, step: state.step, rate: options.dropout.map(Float.init))
                let loss = back!.1.run(rows, state.model, coins: coins, threads: options.threads)
                let norm = back!.1.gradientNorm
                guard loss.isFinite, norm.isFinite else {
                    throw TuningError.diverged(step: state.step + 1, loss: loss, gradientNorm: norm)
                }
                let scale = options.clip > 0 ? Float(min(1, options.clip / (norm + 1e-6))) : 1
                let (table, blocks) = (state.model.table, state.model.encoder.blockCount)
                state.model.step { weights, stepped in
                    state.optimizer.step(
                        &weights, back!.1.gradient, table: table, scale: scale, decay: Float(options.weightDecay), threads: options.threads,
                        rate: { entry in rate(rates, of: entry, blocks: blocks) }, stepped: stepped)
                }
                state.step += 1
                losses.append(loss)
                try report(
                    .step(
                        StepRecord(
                            step: state.step, steps: steps, epoch: state.epoch + 1, loss: loss, learningRate: rates.base,
                            headLearningRate: rates.head, gradientNorm: norm, rows: batch.count)))
            }
            state.epoch += 1
            let metrics = evaluate(state.model, kept)
            let isBest = metrics.map { options.metric.isBetter($0, than: state.bestMetrics) || state.bestMetrics == nil } ?? true
            state.epochsWithoutGain = isBest ? 0 : state.epochsWithoutGain + 1
            if isBest {
                state.bestMetrics = metrics
                state.bestEpoch = state.epoch
                if isDone(state) {
                    state.best = state.model
                } else if dev != nil {
                    // Shared, they would be copied in the next step, into new memory.
                    state.best.weights.copy(from: state.model.weights, threads: options.threads)
                }
            }
            try report(
                .evaluated(
                    EpochRecord(
                        epoch: state.epoch, step: state.step, trainLoss: losses.reduce(0, +) / Double(max(losses.count, 1)), dev: metrics,
                        isBest: isBest)))
            if !isDone(state) { try checkpoint(state) }
        }
        state.best = widened(state.best, after: min(state.bestEpoch * stepsPerEpoch, state.step), state)
        // The last step may have thrown the model off without another one to notice.
        let moments = state.optimizer.mean
        guard state.best.firstNonFinite(threads: options.threads, where: { moments[$0].count > 0 }) == nil,
            state.bestMetrics?.nll.isNaN != true
        else { throw TuningError.overflowed(step: state.step) }
        return state
    }

    private func isDone(_ state: State) -> Bool {
        state.step >= steps || state.epoch >= options.epochCount || state.epochsWithoutGain >= options.patience ?? .max
    }

    private func batches(epoch: Int) -> [[Int]] {
        guard options.shuffles else { return Batches.inOrder(train.count, size: options.batchSize) }
        var randomness = Randomness(seed: mixed(options.seed) &+ UInt64(epoch))
        return Batches.shuffled(lengths: train.ids.map(\.count), size: options.batchSize, &randomness)
    }

    /// The states of the training rows and, after them, of the dev rows.
    private func keep(below cut: Cut, _ model: Model, _ report: (TuningEvent) throws -> Void) throws -> KeptStates {
        let rows = train.ids + (dev?.ids ?? [])
        let kept = try KeptStates(rows, model, below: cut, budget: options.budget, threads: options.threads) { done in
            try report(.kept(rows: done, of: rows.count))
        }
        if let failure = kept.diskFailure {
            try report(.remark("\(failure); states of the frozen part stay in memory or are computed again"))
        }
        let again = kept.places.filter { $0 == .nowhere }.count
        if again > 0 {
            try report(
                .remark(
                    "the frozen part's states fit neither memory nor disk; \(again) of \(kept.places.count) groups of rows are computed in each epoch"
                ))
        }
        return kept
    }

    func evaluate(_ model: Model, _ kept: KeptStates? = nil) -> Metrics? {
        guard let dev else { return nil }
        var tally = MetricsTally(labels: model.labels)
        for first in stride(from: 0, to: dev.count, by: 512) {
            let range = first..<min(first + 512, dev.count)
            let rows = Array(dev.ids[range])
            let below = kept?.below(range.map { train.count + $0 }, model, threads: options.threads) ?? .nothing
            let logits = model.logits(rows, from: below, above: kept?.cut ?? .belowEverything, threads: options.threads)
            for (row, label) in zip(0..., dev.labels[range]) {
                tally.add(truth: label, probabilities: CrossEntropy.probabilities(logits.row(row)))
            }
        }
        return tally.metrics
    }
}

private func power(_ base: Double, _ exponent: Int) -> Double { (0..<max(exponent, 0)).reduce(1) { product, _ in product * base } }

/// Why tuning cannot go on.
package enum TuningError: Error, Equatable, CustomStringConvertible {
    /// Before the step: the loss or the norm of its gradient is no finite number.
    case diverged(step: Int, loss: Double, gradientNorm: Double)
    /// After the last step: the tuned weights, or the dev rows' loss with them, are not finite.
    case overflowed(step: Int)

    package var description: String {
        let advice = "try a lower --learning-rate, a longer --warmup or a smaller --clip"
        switch self {
        case .diverged(let step, let loss, let norm):
            // Where infinities of both signs meet there is no norm.
            let size = norm.isNaN ? "nan" : "\(norm)"
            let cause = loss.isFinite ? "the loss is \(loss), but the gradient norm is \(size)" : "the loss is \(loss)"
            return "step \(step): \(cause); \(advice)"
        case .overflowed(let step):
            return "step \(step): the tuned weights or the answers to the dev rows are not finite; \(advice)"
        }
    }
}
