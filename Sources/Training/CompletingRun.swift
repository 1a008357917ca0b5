import TenorClassifying
import TenorFiles
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
        let search = try compare(in: place, fingerprint, report)
        try report(.chosen(search.recipe, measured: search.scores.count))
        var records: [String] = []
        let state: Trainer.State
        do {
            state = try train(search, in: place, fingerprint, &records, report)
            try write(state, search, to: place, records: records, fingerprint: fingerprint.value)
        } catch let error as TuningError {
            // Resuming would end in the same way.
            checkpoint.remove(of: try fingerprint.value)
            throw error
        }
        checkpoint.remove(of: try fingerprint.value)
        return TuningResult(
            recipe: search.recipe, epoch: state.bestEpoch, metrics: state.bestMetrics, crossValidated: crossValidated(state, search),
            wasSaved: false)
    }

    /// A recipe, and the scores of those that were compared, in their order.
    struct Choice {
        let recipe: Recipe
        let scores: [RecipeScore]
    }

    /// Compares recipes, and measures a single one if there are no dev rows to measure it by.
    private func compare(in place: TuningPlace, _ fingerprint: Once<String>, _ report: (TuningEvent) throws -> Void) throws -> Choice {
        guard options.isAutomatic, recipes.count > 1 || dev == nil else { return Choice(recipe: recipes[0], scores: []) }
        let search = RecipeSearch(recipes, train, seed: options.seed)
        let found = place.resumes ? try place.checkpoint.scores(for: self, fingerprint: fingerprint.value) : []
        for score in found { try report(.compared(score)) }
        let clock = ContinuousClock()
        let began = clock.now
        func seconds() -> Double { began.duration(to: clock.now) / .seconds(1) }
        let scores = try search.run(model, from: found, while: { seconds() < options.searchSeconds ?? .infinity }, report: report) {
            scores in
            guard Checkpoint.isWorthwhile(bytes: 0, after: seconds()) else { return }
            do {
                try place.checkpoint.save(scores, fingerprint: fingerprint.value)
            } catch {
                return try report(.message("\(error); the comparison continues without a checkpoint"))
            }
            try report(.checkpointed(epoch: 0))
        }
        return Choice(recipe: RecipeSearch.best(of: scores)?.recipe ?? recipes[0], scores: scores)
    }

    /// What the rows were given by models that were not trained on them; nil if there was no comparison and no solved head.
    func crossValidated(_ state: Trainer.State, _ search: Choice) -> Metrics? {
        let score = search.scores.first { $0.recipe.name == search.recipe.name }
        return (score?.answers ?? state.outOfFold)?.metrics(labels: model.labels)
    }

    /// Trains from the start or from the checkpoint, and collects the lines of training.jsonl.
    private func train(
        _ search: Choice, in place: TuningPlace, _ fingerprint: Once<String>, _ records: inout [String],
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
        return try trainer.run(from: consume start, report: add) { state in
            guard canSave, Checkpoint.isWorthwhile(bytes: state.bytes, after: (ContinuousClock.now - saved) / .seconds(1)) else { return }
            do {
                try checkpoint.save(
                    state, choosesEpoch: trainer.choosesEpoch, search.scores, fingerprint: fingerprint.value, records: lines)
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
        let metrics = (try? JSON(readingFile: "\(path)/metrics.json")).flatMap { Metrics($0, labels: model.labels) }
        return TuningResult(
            recipe: recipes[0], epoch: facts?.json["best_epoch"]?.int ?? 0, metrics: metrics, crossValidated: nil, wasSaved: true)
    }

    /// SHA-256 of everything that the training depends on.
    private func fingerprint() throws -> String {
        let facts = [
            options.json(width: model.encoder.width, rows: train.count).serialized(), options.precision.rawValue, String(maxLength),
            model.head.pooling.rawValue,
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
