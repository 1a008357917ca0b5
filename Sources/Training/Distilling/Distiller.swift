import TenorLayers
import TenorModeling

/// Trains a student on what teachers gave, in epochs of optimizer steps.
package struct Distiller: Sendable {
    let options: DistillingOptions
    let rows: AnsweredRows
    let loss: DistillingLoss

    package init(_ options: DistillingOptions, _ rows: AnsweredRows, _ loss: DistillingLoss) {
        (self.options, self.rows, self.loss) = (options, rows, loss)
    }

    /// Everything that a step depends on except the rows: what a checkpoint stores and a resumed run starts from.
    package struct State: Sendable {
        /// With its projections.
        package var model: Model
        var optimizer: AdamW
        package var step = 0
        /// The sum of the losses of this epoch's steps.
        var epochLoss = 0.0

        /// The size of a checkpoint: the weights that are trained, and their moments.
        var bytes: Int { 3 * MemoryLayout<Float>.size * optimizer.mean.matrices.reduce(0) { $0 + $1.count } }
    }

    package var steps: Int { min(options.maxSteps ?? .max, epochCount.multipliedReportingOverflow(by: stepsPerEpoch).partialValue) }
    var epochCount: Int { options.epochCount(rows: rows.count) }
    private var stepsPerEpoch: Int { (rows.count + options.batchSize - 1) / options.batchSize }

    /// What is trained: the encoder and the projections, and the head if it has a part in the loss.
    func trainable(_ model: Model) -> Trainable {
        Trainable(model.table) {
            $0.depth > FrozenBoundary.belowEverything.depth && (loss.usesHead || $0.depth != ParameterTable.headDepth)
        }
    }

    package func start(_ model: Model) -> State {
        var model = model
        model.products = Products(options.precision)
        return State(model: model, optimizer: AdamW(zerosFor: model.table, trainable(model)))
    }

    /// Trains from `start` to the end. `report` is called with each event and may throw to stop; `checkpoint` is called with the state after
    /// each step except the last.
    package func run(
        from start: consuming State, report: (DistillingEvent) throws -> Void, checkpoint: (State) throws -> Void = { _ in }
    ) throws -> State {
        // Consumed, because with a copy the first step would copy all moments.
        var state = consume start
        var backpropagation = Backpropagation(state.model, trainable(state.model))
        while state.step < steps {
            for batch in batches(epoch: state.step / stepsPerEpoch)[(state.step % stepsPerEpoch)...] where state.step < steps {
                let record = try step(batch, &state, &backpropagation)
                try report(.step(record))
                if state.step % stepsPerEpoch == 0 || state.step == steps { try endEpoch(record, &state, report) }
                if state.step < steps { try checkpoint(state) }
            }
        }
        let moments = state.optimizer.mean
        guard state.model.firstNonFinite(threads: options.threads, where: { moments[$0].count > 0 }) == nil else {
            throw TuningError.overflowed(step: state.step)
        }
        return state
    }

    private func endEpoch(_ record: StepRecord, _ state: inout State, _ report: (DistillingEvent) throws -> Void) throws {
        let steps = state.step - (record.epoch - 1) * stepsPerEpoch
        let mean = state.epochLoss / Double(steps)
        state.epochLoss = 0
        try report(.epoch(EpochRecord(epoch: record.epoch, step: state.step, trainLoss: mean, dev: nil, isBest: true)))
    }

    private func step(_ indices: [Int], _ state: inout State, _ backpropagation: inout Backpropagation) throws -> StepRecord {
        let key = DropoutKey(seed: options.seed, step: state.step, rate: options.dropout.map(Float.init))
        let gradient = loss.gradient(of: rows.batch(indices), state.model, &backpropagation, dropoutKey: key, threads: options.threads)
        guard gradient.isFinite else {
            throw TuningError.diverged(step: state.step + 1, loss: gradient.loss, gradientNorm: gradient.norm)
        }
        let epoch = state.step / stepsPerEpoch + 1
        let rates = rates(step: state.step, width: state.model.encoder.width)
        apply(gradient, at: rates, to: &state)
        state.epochLoss += gradient.loss
        return StepRecord(
            step: state.step, steps: steps, epoch: epoch, loss: gradient.loss, learningRate: rates.base, headLearningRate: rates.head,
            gradientNorm: gradient.norm, rows: indices.count)
    }

    /// Clips a gradient and applies it with AdamW.
    private func apply(_ gradient: Gradient, at rates: (base: Double, head: Double), to state: inout State) {
        let scale = options.clip > 0 ? Float(min(1, options.clip / (gradient.norm + 1e-6))) : 1
        let (table, lowestHead) = (state.model.table, state.model.projectionDepth)
        state.model.step { weights, stepped in
            state.optimizer.step(
                &weights, gradient.parameters, table: table, scale: scale, decay: Float(options.weightDecay), threads: options.threads,
                rate: { Float($0.depth >= lowestHead ? rates.head : rates.base) }, stepped: stepped)
        }
        state.step += 1
    }

    /// The encoder's and the head's learning rates in a step, counted from 0.
    private func rates(step: Int, width: Int) -> (base: Double, head: Double) {
        let (base, head) = options.rates(width: width)
        let factor = Schedule(options.schedule, warmup: options.warmup, steps: steps).factor(step)
        return (base * factor, head * factor)
    }

    private func batches(epoch: Int) -> [[Int]] {
        guard options.shuffles else { return Batches.inOrder(rows.count, size: options.batchSize) }
        var randomness = Randomness(seed: mixed(options.seed) &+ UInt64(epoch))
        return Batches.shuffled(lengths: rows.lengths, size: options.batchSize, &randomness)
    }
}
