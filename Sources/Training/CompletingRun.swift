import TenorClassifying
import TenorFiles
import TenorLayers
import TenorMeasuring
import TenorModeling

extension TuningRun {
    /// Trains to the end and writes the folder, completely or not at all. Checkpoints are saved from time to time, from which an
    /// interrupted run can be resumed until its folder is in place.
    ///
    /// The folder is opened again and has to answer a text before it takes its place.
    ///
    /// - Parameter report: called with each event. If it throws, the run ends and its checkpoint stays.
    /// - Throws: also ``TuningError`` if training diverged, and ``UnusableFolder`` if what was written cannot be opened.
    package func complete(in place: TuningPlace, report: (TuningEvent) throws -> Void) throws -> TuningResult {
        // This takes half a second for a large base, and is only needed when a checkpoint is saved or read, and at the end.
        let fingerprint = Once { try self.fingerprint() }
        let checkpoint = place.checkpoint
        if place.isComplete {
            try checkpoint.require(fingerprint: fingerprint.value)
            checkpoint.remove(of: try fingerprint.value)
            return try saved(in: place.output)
        }
        let features = try baseFeatures(report)
        var search = try compare(features, in: place, fingerprint, report)
        try report(.chosen(search.recipe, measured: search.trials.scores.count))
        try crossValidate(&search, features, in: place, fingerprint, report)
        try repeatWithSeeds(&search, features, report)
        var records: [String] = []
        var state: Trainer.State
        let seeds: [SeedResult]
        let outcome: Outcome
        do {
            state = try train(search, features, in: place, fingerprint, &records, report)
            seeds = self.seeds(state, search)
            average(&state, search)
            outcome = try self.outcome(state, search)
            try write(state, search, seeds, outcome, to: place, records: records, fingerprint: fingerprint.value)
        } catch let error as TuningError {
            // Resuming would end in the same way.
            checkpoint.remove(of: try fingerprint.value)
            throw error
        }
        checkpoint.remove(of: try fingerprint.value)
        return TuningResult(
            recipe: search.recipe, epoch: state.bestEpoch, metrics: outcome.dev, crossValidated: outcome.crossValidated, seeds: seeds,
            forgetting: outcome.forgetting, heldOut: outcome.heldOut, wasSaved: false)
    }

    /// The recipe to train all rows by, and what was measured before.
    struct Choice {
        let recipe: Recipe
        var trials: Trials
        /// The runs that were measured with ``TuningOptions/seeds``; without the one that is saved if dev rows measure it.
        var seeds: [SeedResult] = []
        /// Their models, if they are to be averaged.
        var members: [Model] = []
    }

    /// What the base gives the training rows, if several fits need it.
    private func baseFeatures(_ report: (TuningEvent) throws -> Void) throws -> [Rows]? {
        guard recipes.count > 1 || foldCount != nil || options.seeds > 1, recipes.contains(where: \.options.usesBaseFeatures) else {
            return nil
        }
        return try trainer(recipes[0]).baseFeatures(of: model, report)
    }

    /// Compares recipes, and measures a single one if nothing else will.
    private func compare(
        _ features: [Rows]?, in place: TuningPlace, _ fingerprint: Once<String>, _ report: (TuningEvent) throws -> Void
    ) throws -> Choice {
        let found =
            place.resumes && place.checkpoint.exists ? try place.checkpoint.trials(for: self, fingerprint: fingerprint.value) : Trials()
        guard options.isAutomatic, recipes.count > 1 || dev == nil && foldCount == nil else {
            return Choice(recipe: recipes[0], trials: found)
        }
        let search = RecipeSearch(recipes, train, features: features, seed: options.seed)
        func show(_ score: RecipeScore) throws {
            try report(.compared(score.recipe, score.answers.results(labels: model.labels, scale: scale)))
        }
        for score in found.scores { try show(score) }
        let clock = ContinuousClock()
        let began = clock.now
        func seconds() -> Double { began.duration(to: clock.now) / .seconds(1) }
        let scores = try search.run(
            model, from: found.scores, while: { seconds() < options.searchSeconds ?? .infinity }, report: report
        ) { scores in
            try show(scores.last!)
            try save(Trials(scores: scores), after: seconds(), in: place, fingerprint, report)
        }
        return Choice(
            recipe: best(of: scores)?.recipe ?? recipes[0], trials: Trials(scores: scores, outOfFold: found.outOfFold))
    }

    private func best(of scores: [RecipeScore]) -> RecipeScore? {
        let metric = options.metric == data.task.metrics[0] ? nil : options.metric
        return RecipeSearch.best(of: scores, by: metric, labels: model.labels, seed: options.seed)
    }

    /// Saves what was measured, if it took long enough.
    private func save(
        _ trials: Trials, after seconds: Double, in place: TuningPlace, _ fingerprint: Once<String>, _ report: (TuningEvent) throws -> Void
    ) throws {
        guard Checkpoint.isWorthwhile(bytes: 0, after: seconds) else { return }
        do {
            try place.checkpoint.save(trials, fingerprint: fingerprint.value)
        } catch {
            return try report(.message("\(error); the run continues without a checkpoint"))
        }
        try report(.checkpointed(epoch: 0))
    }

    /// The number of folds to measure in; nil if there is no cross-validation.
    private var foldCount: Int? { options.folds ?? (options.seeds > 1 && dev == nil ? 5 : nil) }

    private func answers(_ recipe: Recipe, _ features: [Rows]?, _ report: (TuningEvent) throws -> Void) throws -> OutOfFold {
        let folds = StratifiedFolds(train.targets.strata, count: foldCount!, seed: recipe.options.seed)
        return try CrossValidation(train, folds, features: features).answers(recipe, folds: 0..<folds.count, model, report)
    }

    /// Cross-validates the recipe, if the options ask for it.
    private func crossValidate(
        _ search: inout Choice, _ features: [Rows]?, in place: TuningPlace, _ fingerprint: Once<String>,
        _ report: (TuningEvent) throws -> Void
    ) throws {
        guard foldCount != nil, search.trials.outOfFold == nil else { return }
        let began = ContinuousClock.now
        let answers = try answers(search.recipe, features, report)
        guard answers.rows > 0 else { return }
        search.trials.outOfFold = answers
        try save(search.trials, after: (ContinuousClock.now - began) / .seconds(1), in: place, fingerprint, report)
    }

    /// Measures the recipe with further seeds: on the dev rows or, without any, by cross-validation.
    private func repeatWithSeeds(_ search: inout Choice, _ features: [Rows]?, _ report: (TuningEvent) throws -> Void) throws {
        guard options.seeds > 1 else { return }
        if dev == nil, let first = search.trials.outOfFold {
            search.seeds = [SeedResult(seed: options.seed, results: first.results(labels: model.labels, scale: scale))]
        }
        for index in 1..<options.seeds {
            let recipe = search.recipe.seeded(options.seed &+ UInt64(index))
            var results: Results?
            if dev == nil { results = try answers(recipe, features, report).results(labels: model.labels, scale: scale) }
            if dev != nil || options.averagesSeeds {
                let trainer = trainer(recipe)
                let state = try trainer.run(from: trainer.start(model), features: features) { _ in
                    try report(.comparing("seed \(recipe.options.seed)", fold: 0, of: 1))
                }
                results = results ?? state.bestMetrics
                if options.averagesSeeds { search.members.append(state.best) }
            }
            guard let results else { continue }
            let result = SeedResult(seed: recipe.options.seed, results: results)
            search.seeds.append(result)
            try report(.measured(result))
        }
    }

    /// Replaces the trained model by its mean with those of the other seeds, if that is asked for.
    private func average(_ state: inout Trainer.State, _ search: Choice) {
        guard !search.members.isEmpty else { return }
        state.best = state.best.averaged(with: search.members)
        if let dev { state.bestMetrics = evaluated(state.best, dev, scale: scale, threads: options.threads) }
    }

    /// The results with each seed, the saved model's first; empty unless several were asked for.
    func seeds(_ state: Trainer.State, _ search: Choice) -> [SeedResult] {
        guard options.seeds > 1, dev != nil, let results = state.bestMetrics else { return search.seeds }
        return [SeedResult(seed: options.seed, results: results)] + search.seeds
    }

    /// How the trained model was measured.
    struct Outcome {
        /// On the dev rows; nil if there are none.
        var dev: Results?
        /// On the training rows, by models that were not trained on them; nil if there was no comparison and no solved head.
        var crossValidated: Results?
        /// The probability from which on each of several labels is given.
        var thresholds: Thresholds?
        /// What the logits are mapped by; nil if there was nothing to choose it by.
        var calibration: Calibration?
        /// Nil if there are no old rows.
        var forgetting: Forgetting?
        /// Nil if no rows were held out.
        var heldOut: HeldOut?
    }

    /// The calibration and the thresholds are chosen on the cross-validated rows or, without any, on the dev rows.
    private func outcome(_ state: Trainer.State, _ search: Choice) throws -> Outcome {
        var outOfFold =
            search.trials.outOfFold ?? search.trials.scores.first { $0.recipe.name == search.recipe.name }?.answers ?? state.outOfFold
        var answers = dev.map { dev in
            let logits = state.best.logits(dev.rows, threads: options.threads)
            return OutOfFold((0..<dev.count).map { ($0, state.best.task.answers(logits.row($0))) }, dev.targets)
        }
        var outcome = Outcome()
        if options.calibrates, let measured = outOfFold ?? answers {
            let (count, hasBias) = (model.labels.count, model.head.classifier.bias != nil)
            outcome.calibration = Calibration(for: measured, labelCount: count, hasBias: hasBias)
        }
        if let calibration = outcome.calibration {
            outOfFold = outOfFold?.calibrated(by: calibration)
            answers = answers?.calibrated(by: calibration)
        }
        outcome.thresholds = (outOfFold ?? answers)?.thresholds(labelCount: model.labels.count)
        func results(_ answers: OutOfFold?) -> Results? {
            answers?.results(labels: model.labels, thresholds: outcome.thresholds?.values ?? [], scale: scale)
        }
        outcome.heldOut =
            answers.flatMap { answers in data.dev.map { HeldOut(rows: $0, places: data.devRows, answers: answers) } }
            ?? outOfFold.map { HeldOut(rows: data.train, places: data.trainRows, answers: $0) }
        outcome.forgetting = try forgetting(state.best, search.recipe)
        (outcome.dev, outcome.crossValidated) = (results(answers), results(outOfFold))
        return outcome
    }

    /// Trains from the start or from the checkpoint, and collects the lines of training.jsonl.
    private func train(
        _ search: Choice, _ features: [Rows]?, in place: TuningPlace, _ fingerprint: Once<String>, _ records: inout [String],
        _ report: (TuningEvent) throws -> Void
    ) throws -> Trainer.State {
        let (checkpoint, trainer) = (place.checkpoint, trainer(search.recipe))
        let continues = place.resumes && checkpoint.hasState
        let start = continues ? try checkpoint.state(for: self, trainer, fingerprint: fingerprint.value) : trainer.start(model)
        var lines = continues ? try checkpoint.records() : []
        if continues { try report(.resumed(epoch: start.epoch)) }
        if place.lacksCheckpoint {
            try report(.message("\(place.output): there is no interrupted run to continue; training starts from the beginning"))
        }
        defer { records = lines }
        func add(_ event: TuningEvent) throws {
            if let record = event.record { lines.append(record) }
            try report(event)
        }
        var saved = ContinuousClock.now
        var canSave = true
        return try trainer.run(from: consume start, features: features, report: add) { state in
            guard canSave, Checkpoint.isWorthwhile(bytes: state.bytes, after: (ContinuousClock.now - saved) / .seconds(1)) else { return }
            do {
                try checkpoint.save(
                    state, choosesEpoch: trainer.choosesEpoch, search.trials, fingerprint: fingerprint.value, records: lines)
                saved = .now
            } catch {
                // Training continues, because it is worth more than a checkpoint.
                canSave = false
                return try report(.message("\(error); training continues without checkpoints"))
            }
            try report(.checkpointed(epoch: state.epoch))
        }
    }

    /// The result that the folder at `path` records.
    private func saved(in path: String) throws -> TuningResult {
        let facts = try TunedFacts(folder: path)
        let metrics = (try? JSON(readingFile: "\(path)/metrics.json")).flatMap { Results($0, model.task, labels: model.labels) }
        return TuningResult(
            recipe: recipes[0], epoch: facts?.json["best_epoch"]?.int ?? 0, metrics: metrics, crossValidated: nil, seeds: [],
            forgetting: nil, heldOut: nil,
            wasSaved: true
        )
    }

    /// SHA-256 of everything that the training depends on.
    private func fingerprint() throws -> String {
        let facts = [
            options.json(width: model.encoder.width, rows: train.count).serialized(), options.precision.rawValue, String(maxLength),
            encoder.long.rawValue, model.head.pooling.rawValue, data.input.json?.serialized() ?? "",
            String(head.keepsHead), (data.input.specialTokens ?? .text).rawValue, try baseDigest.value,
            try digest(ofFiles: ["config.json"] + tokenizer.files, in: ModelPlace(base).encoder),
        ]
        return SHA256.hexadecimal(of: Array((data.digests + facts).joined(separator: "\n").utf8))
    }
}

/// A value that is computed on first access.
private final class Once<Value> {
    private let compute: () throws -> Value
    private var result: Value?

    init(_ compute: @escaping () throws -> Value) { self.compute = compute }

    var value: Value {
        get throws {
            if let result { return result }
            let value = try compute()
            result = value
            return value
        }
    }
}
