import TenorClassifying
import TenorLayers
import TenorMeasuring
import TenorModeling

/// Tunes a model on labelled rows in epochs of optimizer steps, keeps the best epoch, and solves the head where the options ask for it.
package struct Trainer: Sendable {
    package let options: TuningOptions
    private let tokens: OccurringTokens
    /// With ids that number the occurring tokens.
    private let train: LabelledRows
    private let dev: LabelledRows?
    /// How the numbers of a regression are standardized.
    private let scale: OutputScale?

    package init(_ options: TuningOptions, train: LabelledRows, dev: LabelledRows?, scale: OutputScale? = nil) {
        (self.options, self.scale) = (options, scale)
        let tokens = OccurringTokens(train.rows, dev?.rows ?? [])
        self.tokens = tokens
        self.train = LabelledRows(rows: tokens.renumbered(train.rows), targets: train.targets)
        self.dev = dev.map { LabelledRows(rows: tokens.renumbered($0.rows), targets: $0.targets) }
    }

    /// What the best epoch is chosen by.
    private var metric: SelectionMetric { options.metric ?? train.targets.task.metrics[0] }

    /// Whether the best epoch is chosen by dev rows. A contrastive epoch has no classifier to measure.
    package var choosesEpoch: Bool { dev != nil && options.choosesEpoch && options.minimized == .classification }

    /// The number of parameters that are trained in an epoch, counted from 0.
    package func trainedParameters(of model: Model, epoch: Int) -> Int { trainable(epoch, model).count(in: model.table) }

    package var epochCount: Int { options.epochCount(rows: train.count) }

    package var steps: Int {
        if options.policy == .none, options.endsWithSolvedHead { return 0 }
        return min(options.maxSteps ?? .max, epochCount * stepsPerEpoch)
    }

    /// The number of steps that are done after an epoch, counted from 1.
    package func step(afterEpoch epoch: Int) -> Int { min(epoch.multipliedReportingOverflow(by: stepsPerEpoch).partialValue, steps) }

    /// Everything that a step depends on except the data: what a checkpoint stores and a resumed run starts from.
    package struct State: Sendable {
        /// Has only the occurring tokens, as does ``best`` during training.
        package var model: Model
        package var optimizer: AdamW
        package var epoch = 0
        package var step = 0
        /// The epoch with the best dev metric. Without dev rows it is known only at the end.
        package var best: Model
        package var bestMetrics: Results?
        package var bestEpoch = 0
        package var epochsWithoutGain = 0
        /// What the rows were given by fits of the head that did not see them; nil if the features were trained on these rows.
        package var outOfFold: OutOfFold?
        /// The whole table of token embeddings, as it was at the start.
        fileprivate let tokenEmbeddings: Matrix

        /// The size of a checkpoint: the weights that are trained, their moments, and the best epoch's weights.
        package var bytes: Int { 4 * MemoryLayout<Float>.size * optimizer.mean.matrices.reduce(0) { $0 + $1.count } }
    }

    /// What an epoch needs besides the state.
    private struct Workspace {
        let boundary: FrozenBoundary
        /// For the training rows, followed by the dev rows; nil if nothing is frozen.
        let cached: CachedActivations?
        var backpropagation: Backpropagation
    }

    package func start(_ model: Model) -> State {
        var narrow = tokens.narrowed(model)
        narrow.products = Products(options.precision)
        return State(
            model: narrow, optimizer: AdamW(zerosFor: narrow.table, trainable(0, narrow)), best: narrow,
            tokenEmbeddings: model.weights[model.encoder.tokenEmbeddings])
    }

    /// Trains from `start` to the end. `report` is called with each event and may throw to stop; `checkpoint` is called with the state
    /// after each epoch except the last. In the result, `best` has the whole vocabulary again. It is the epoch with the best dev metric, or
    /// the last one if there are no dev rows.
    ///
    /// - Parameter features: what ``baseFeatures(of:_:)`` gave; nil to compute them if they are needed.
    package func run(
        from start: consuming State, features: [Rows]? = nil, report: (TuningEvent) throws -> Void,
        checkpoint: (State) throws -> Void = { _ in }
    ) throws -> State {
        // Consumed, because with a copy the first step would copy all moments.
        var state = consume start
        var workspace: Workspace?
        if state.step == 0, options.startsFromSolvedHead { state.model = try solvedHead(of: state.model, features, report).model }
        while !isDone(state) {
            try prepare(&workspace, &state, report)
            let loss = try runEpoch(&state, &workspace!, report)
            let (metrics, isBest) = keepBest(&state, workspace!.cached)
            try report(.evaluated(EpochRecord(epoch: state.epoch, step: state.step, trainLoss: loss, dev: metrics, isBest: isBest)))
            if !isDone(state) { try checkpoint(state) }
        }
        if options.endsWithSolvedHead {
            let solved = try solvedHead(of: state.best, state.step == 0 ? features : nil, report)
            state.best = solved.model
            if steps == 0 { state.outOfFold = solved.outOfFold }
        }
        if !choosesEpoch { state.bestMetrics = evaluate(state.best) }
        state.best = widened(state.best, after: min(state.bestEpoch * stepsPerEpoch, state.step), state)
        // The last step may have made weights non-finite, with no further step to notice.
        let moments = state.optimizer.mean
        guard state.best.firstNonFinite(threads: options.threads, where: { moments[$0].count > 0 }) == nil,
            state.bestMetrics?.loss.isNaN != true
        else { throw TuningError.overflowed(step: state.step) }
        return state
    }

    private func isDone(_ state: State) -> Bool {
        state.step >= steps || state.epoch >= epochCount || state.epochsWithoutGain >= options.patience ?? .max
    }

    /// Makes the workspace of an epoch, or keeps the previous one if the same part is frozen.
    private func prepare(_ workspace: inout Workspace?, _ state: inout State, _ report: (TuningEvent) throws -> Void) throws {
        let boundary = boundary(state.epoch, state.model)
        guard workspace?.boundary != boundary else { return }
        workspace = nil
        var cached: CachedActivations?
        if boundary.depth >= 0 {
            cached = try cache(below: boundary, state.model, report)
            // The copies of frozen weights are no longer needed, unless some activations had no room. Without them, they need not be
            // renewed in each step.
            state.model.products = Products(options.precision)
        }
        let trainable = trainable(state.epoch, state.model)
        workspace = Workspace(
            boundary: boundary, cached: cached, backpropagation: Backpropagation(state.model, above: boundary, trainable))
        state.optimizer.grow(to: state.model.table, trainable)
    }

    /// Runs one epoch. Returns the mean loss of its steps.
    private func runEpoch(_ state: inout State, _ workspace: inout Workspace, _ report: (TuningEvent) throws -> Void) throws -> Double {
        var losses: [Double] = []
        for rows in batches(epoch: state.epoch) where state.step < steps {
            let record = try step(rows, &state, &workspace)
            losses.append(record.loss)
            try report(.step(record))
        }
        state.epoch += 1
        return losses.reduce(0, +) / Double(max(losses.count, 1))
    }

    /// One optimizer step on some rows. Training on several machines would sum their gradients between its two halves.
    private func step(_ rows: [Int], _ state: inout State, _ workspace: inout Workspace) throws -> StepRecord {
        let below = workspace.cached?.below(rows, state.model, threads: options.threads) ?? .nothing
        let batch = Batch(rows: rows.map { train.rows[$0] }, targets: train.targets[rows], below: below)
        let gradient = gradient(batch, state, &workspace.backpropagation)
        guard gradient.isFinite else {
            throw TuningError.diverged(step: state.step + 1, loss: gradient.loss, gradientNorm: gradient.norm)
        }
        let rates = rates(step: state.step, width: state.model.encoder.width)
        apply(gradient, at: rates, to: &state)
        return StepRecord(
            step: state.step, steps: steps, epoch: state.epoch + 1, loss: gradient.loss, learningRate: rates.base,
            headLearningRate: rates.head, gradientNorm: gradient.norm, rows: rows.count)
    }

    private func gradient(_ batch: Batch, _ state: State, _ backpropagation: inout Backpropagation) -> Gradient {
        switch options.minimized {
        case .classification:
            let key = DropoutKey(seed: options.seed, step: state.step, rate: options.dropout.map(Float.init))
            return backpropagation.run(batch, state.model, lossWeights(state.model), dropoutKey: key, threads: options.threads)
        case .contrastive:
            return backpropagation.run(pairsOf: batch, labels: batch.targets.labels, state.model, threads: options.threads)
        }
    }

    private func lossWeights(_ model: Model) -> LossWeights {
        LossWeights(
            labels: options.classWeights.weights(for: train.targets, labels: model.labels.count), focus: options.focalLoss,
            smoothing: options.labelSmoothing)
    }

    /// Clips a gradient and applies it with AdamW.
    private func apply(_ gradient: Gradient, at rates: (base: Double, head: Double), to state: inout State) {
        let scale = options.clip > 0 ? Float(min(1, options.clip / (gradient.norm + 1e-6))) : 1
        let (table, blocks) = (state.model.table, state.model.encoder.blockCount)
        state.model.step { weights, stepped in
            state.optimizer.step(
                &weights, gradient.parameters, table: table, scale: scale, decay: Float(options.weightDecay), threads: options.threads,
                rate: { entry in rate(rates, of: entry, blocks: blocks) }, stepped: stepped)
        }
        state.step += 1
    }

    /// Evaluates the model on the dev rows and keeps it if it is the best so far. Without dev rows, the last one is kept.
    private func keepBest(_ state: inout State, _ cached: CachedActivations?) -> (metrics: Results?, isBest: Bool) {
        let metrics = choosesEpoch ? evaluate(state.model, cached) : nil
        let isBest = metrics.map { metric.isBetter($0, than: state.bestMetrics) || state.bestMetrics == nil } ?? true
        state.epochsWithoutGain = isBest ? 0 : state.epochsWithoutGain + 1
        guard isBest else { return (metrics, false) }
        state.bestMetrics = metrics
        state.bestEpoch = state.epoch
        if isDone(state) {
            state.best = state.model
        } else if choosesEpoch {
            // Sharing them would make the next step copy them, into new memory.
            state.best.weights.copy(from: state.model.weights, threads: options.threads)
        }
        return (metrics, true)
    }

    func evaluate(_ model: Model, _ cached: CachedActivations? = nil) -> Results? {
        dev.map { evaluated(model, $0, cached, cachedFrom: train.count, scale: scale, threads: options.threads) }
    }
}

/// The metrics of a model on labelled rows.
///
/// - Parameters:
///   - cached: activations that have these rows from `cachedFrom` on; nil to compute all.
///   - scale: how the numbers of a regression were standardized.
func evaluated(
    _ model: Model, _ rows: LabelledRows, _ cached: CachedActivations? = nil, cachedFrom: Int = 0, scale: OutputScale?, threads: Int
) -> Results {
    var tally = ResultsTally(model.task, labels: model.labels, scale: scale)
    for first in stride(from: 0, to: rows.count, by: 512) {
        let range = first..<min(first + 512, rows.count)
        let below = cached?.below(range.map { cachedFrom + $0 }, model, threads: threads) ?? .nothing
        let logits = model.logits(
            Array(rows.rows[range]), from: below, above: cached?.boundary ?? .belowEverything, threads: threads)
        for row in range { tally.add(rows.targets, row: row, model.task.answers(logits.row(row - first))) }
    }
    return tally.results
}

/// What is trained in an epoch, at which learning rates, and in what order.
extension Trainer {
    private var stepsPerEpoch: Int { (train.count + options.rowsPerStep - 1) / options.rowsPerStep }

    private func boundary(_ epoch: Int, _ model: Model) -> FrozenBoundary {
        options.policy.boundary(epoch: epoch, of: epochCount, blocks: model.encoder.blockCount)
    }

    private func trainable(_ epoch: Int, _ model: Model) -> Trainable {
        let depth = boundary(epoch, model).depth
        return Trainable(model.table) {
            $0.depth > depth && (options.minimized == .classification || $0.depth != ParameterTable.headDepth)
        }
    }

    /// The base's and the head's learning rates in a step, counted from 0.
    private func rates(step: Int, width: Int) -> (base: Double, head: Double) {
        let (base, head) = options.rates(width: width)
        let factor = Schedule(options.schedule, warmup: options.warmup, steps: steps).factor(step)
        return (base * factor, head * factor)
    }

    private func rate(_ rates: (base: Double, head: Double), of entry: ParameterTable.Entry, blocks: Int) -> Float {
        if entry.depth == ParameterTable.headDepth { return Float(rates.head) }
        return Float(rates.base * power(options.layerDecay, blocks - entry.depth))
    }

    private func batches(epoch: Int) -> [[Int]] {
        if options.minimized == .contrastive {
            var batches = BalancedBatches(train.targets.strata, seed: mixed(options.seed) &+ UInt64(epoch))
            return (0..<stepsPerEpoch).map { _ in batches.batch(size: options.rowsPerStep) }
        }
        guard options.shuffles else { return Batches.inOrder(train.count, size: options.rowsPerStep) }
        var randomness = Randomness(seed: mixed(options.seed) &+ UInt64(epoch))
        return Batches.shuffled(lengths: train.rows.map(\.count), size: options.rowsPerStep, &randomness)
    }

    /// The classifier's inputs that an untrained base gives the training rows, each [1, inputs]: the same for all seeds and folds.
    package func baseFeatures(of model: Model, _ report: (TuningEvent) throws -> Void) throws -> [Rows] {
        try features(of: start(model).model, report)
    }

    private func features(of model: Model, _ report: (TuningEvent) throws -> Void) throws -> [Rows] {
        var rows: [Rows] = []
        for first in stride(from: 0, to: train.count, by: 512) {
            let part = Array(train.rows[first..<min(first + 512, train.count)])
            rows += model.features(part, threads: options.threads).rowViews
            try report(.encoded(rows: first + part.count, of: train.count))
        }
        return rows
    }

    /// Solves the classifier on the features that the model gives the training rows.
    ///
    /// - Parameter known: these features; nil to compute them.
    private func solvedHead(
        of model: Model, _ known: [Rows]?, _ report: (TuningEvent) throws -> Void
    ) throws -> (model: Model, outOfFold: OutOfFold?) {
        let hasBias = model.head.classifier.bias != nil
        let solver = HeadSolver(
            model.task, outputs: model.labels.count, weights: lossWeights(model), hasBias: hasBias, seed: options.seed,
            threads: options.threads)
        let features = Features(try known ?? features(of: model, report), isCentered: hasBias)
        let solution = solver.solve(
            features, train.targets,
            strength: options.headStrength ?? (options.minimized == .contrastive ? HeadSolver.usualStrength : nil))
        let (weights, bias) = solution.fit.folded
        try report(.solved(strength: solution.strength))
        return (model.with(classifierWeights: weights, bias: bias), solution.outOfFold)
    }

    /// Computes the frozen part's output for the training rows, followed by the dev rows.
    private func cache(
        below boundary: FrozenBoundary, _ model: Model, _ report: (TuningEvent) throws -> Void
    ) throws -> CachedActivations {
        let rows = train.rows + (dev?.rows ?? [])
        let cached = try CachedActivations(rows, model, below: boundary, budget: options.budget, threads: options.threads) { done in
            try report(.encoded(rows: done, of: rows.count))
        }
        if let failure = cached.diskFailure {
            try report(.message("\(failure); cached activations stay in memory or are computed again"))
        }
        let again = cached.places.count { $0 == .nowhere }
        if again > 0 {
            try report(
                .message(
                    "cached activations fit neither memory nor disk; \(again) of \(cached.places.count) groups of rows are computed in each epoch"
                ))
        }
        return cached
    }

    /// The model with its whole vocabulary, after this many steps.
    private func widened(_ model: Model, after steps: Int, _ state: State) -> Model {
        let (encoder, slot) = (model.encoder, model.encoder.tokenEmbeddings)
        let entry = model.table[slot]
        let epochs = (steps + stepsPerEpoch - 1) / stepsPerEpoch
        let isTrained = (0..<epochs).map { trainable($0, model).contains(slot) }
        let shares = (0..<steps).filter { isTrained[$0 / stepsPerEpoch] }.map { step in
            AdamW.remainingShare(
                rate: rate(rates(step: step, width: encoder.width), of: entry, blocks: encoder.blockCount),
                decay: entry.decays ? Float(options.weightDecay) : 0)
        }
        return tokens.widened(model, tokenEmbeddings: state.tokenEmbeddings, shares: shares, threads: options.threads)
    }
}

private func power(_ base: Double, _ exponent: Int) -> Double { (0..<max(exponent, 0)).reduce(1) { product, _ in product * base } }
