import TenorClassifying
import TenorFiles
import TenorLayers
import TenorMeasuring
import TenorModeling

/// The state of a run after its last complete epoch, in a folder beside the output, from which a resumed run continues. It is replaced as a
/// whole, so that an interrupted save leaves the previous one.
package struct Checkpoint: Sendable {
    let path: String
    /// The fingerprint of the run whose checkpoint was there at the start; nil if there was none.
    private let found: String?

    /// Looks for a checkpoint beside the output.
    ///
    /// - Throws: if something else has the checkpoint's name. It is left untouched.
    package init(beside output: String) throws {
        path = withoutSlashes(output) + ".checkpoint"
        Leftovers.remove(beside: path)
        var status = stat()
        guard lstat(path, &status) == 0 else {
            found = nil
            return
        }
        guard let fingerprint = Self.fingerprint(at: path) else { throw CheckpointError.notACheckpoint(path: path) }
        found = fingerprint
    }

    /// The fingerprint of the run that the checkpoint at `path` belongs to; nil if there is none.
    private static func fingerprint(at path: String) -> String? {
        guard OwnFolder.checkpoint.isFolder(at: path) else { return nil }
        return (try? JSON(readingFile: "\(path)/\(state)"))?.object?["fingerprint"]?.string
    }

    /// Whether to save the work of this many seconds. Saving takes about as long as writing the bytes at 200 MB/s, plus 50 ms for the disk,
    /// and may take up to a twentieth of the time. Redoing less work is faster.
    package static func isWorthwhile(bytes: Int, after seconds: Double) -> Bool { seconds > 20 * (0.05 + Double(bytes) / 200e6) }

    /// Removes the checkpoint of the run with this fingerprint, or the one that was there when this run began. Anything else stays.
    package func remove(of fingerprint: String) {
        guard let current = Self.fingerprint(at: path), current == fingerprint || current == found else { return }
        ReplacingFolder.remove(path)
    }

    /// Whether there was a checkpoint at the start.
    var exists: Bool { found != nil }

    /// Whether `output` is the result of the checkpoint's run, which was killed after saving it and before removing its checkpoint.
    package func isComplete(in output: String) -> Bool {
        guard let found, let facts = try? TunedFacts(folder: output) else { return false }
        return facts.run == found
    }

    /// Saves what was measured so far, before training begins.
    package func save(_ trials: Trials, fingerprint: String) throws {
        try ReplacingFolder.write(to: path, replacing: .checkpoint) { folder in
            let json: JSON = ["format_version": .number(JSON.Number(Self.formatVersion)), "fingerprint": .string(fingerprint)]
            try ReplacingFile.write((json.serialized(.indented) + "\n").utf8, to: "\(folder)/\(Self.state)")
            try Self.write(trials, to: folder)
        }
    }

    private static func write(_ trials: Trials, to folder: String) throws {
        try ReplacingFile.write((trials.json.serialized() + "\n").utf8, to: "\(folder)/\(Self.trials)")
    }

    /// What was measured before the run was interrupted.
    package func trials(for run: TuningRun, fingerprint: String) throws -> Trials {
        try require(fingerprint: fingerprint)
        let file = "\(path)/\(Self.trials)"
        let found = try JSON(readingFile: file)
        guard let trials = Trials(found, run.recipes, run.train.targets, labelCount: run.model.labels.count) else {
            throw ConfigurationError.wrongKind(
                file: file, key: "answers", found: "others than this run's", needed: "a number for each row and label")
        }
        return trials
    }

    /// Whether training had begun when the run was interrupted.
    var hasState: Bool { access("\(path)/\(Self.weights)", F_OK) == 0 }

    /// - Parameters:
    ///   - choosesEpoch: whether the best epoch is not simply the last one.
    ///   - trials: what was measured before training.
    ///   - fingerprint: identifies everything that the run depends on; see ``TuningRun``.
    ///   - records: the lines of training.jsonl so far.
    package func save(
        _ state: Trainer.State, choosesEpoch: Bool, _ trials: Trials = Trials(), fingerprint: String, records: [String]
    ) throws {
        try ReplacingFolder.write(to: path, replacing: .checkpoint) { folder in
            var tensors: [NamedTensor] = []
            let table = state.model.table
            for slot in table.slots where state.optimizer.mean[slot].count > 0 {
                let entry = table[slot]
                // Without dev rows, no epoch is better than the last.
                let best = !choosesEpoch ? [] : [("best", state.best.weights)]
                for (part, parameters) in [
                    ("model", state.model.weights), ("mean", state.optimizer.mean), ("square", state.optimizer.square),
                ] + best {
                    tensors.append(NamedTensor("\(part):\(entry.name)", shape: entry.shape, parameters[slot]))
                }
            }
            try SafeTensorsWriter.write(tensors, to: "\(folder)/\(Self.weights)")
            let json: JSON = [
                "format_version": .number(JSON.Number(Self.formatVersion)), "fingerprint": .string(fingerprint),
                "epoch": .number(JSON.Number(state.epoch)),
                "step": .number(JSON.Number(state.step)), "best_epoch": .number(JSON.Number(state.bestEpoch)),
                "epochs_without_gain": .number(JSON.Number(state.epochsWithoutGain)),
                "slot_steps": .array(state.optimizer.steps.map { .number(JSON.Number($0)) }),
            ]
            try ReplacingFile.write((json.serialized(.indented) + "\n").utf8, to: "\(folder)/\(Self.state)")
            try Self.write(trials, to: folder)
            if let metrics = state.bestMetrics { try ReplacingFile.write(metrics.json.utf8, to: "\(folder)/\(Self.metrics)") }
            try ReplacingFile.write(records.map { $0 + "\n" }.joined().utf8, to: "\(folder)/\(Self.records)")
        }
    }

    static let formatVersion = 2
    static let state = OwnFolder.checkpoint.file
    private static let trials = "trials.json"
    static let weights = "state.safetensors"
    static let records = "training.jsonl"
    private static let metrics = "metrics.json"

    /// The lines of training.jsonl up to the saved state.
    package func records() throws -> [String] {
        let bytes = try MappedFile("\(path)/\(Self.records)").withBytes { Array($0) }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Refuses to overwrite an interrupted run, which may be hours of work.
    package func requireNone() throws {
        if found != nil { throw CheckpointError.unfinishedRun(path: path) }
    }

    /// Refuses a checkpoint of another run.
    package func require(fingerprint: String) throws {
        guard let found else { throw FileError.missing(path: path, needed: "the checkpoint of an interrupted run") }
        guard found == fingerprint else {
            throw ConfigurationError.wrongKind(
                file: "\(path)/\(Self.state)", key: "fingerprint", found: "that of another run",
                needed: "that of the same base, corpus and options")
        }
    }

    /// The state to resume from.
    package func state(for run: TuningRun, _ trainer: Trainer, fingerprint: String) throws -> Trainer.State {
        try require(fingerprint: fingerprint)
        var state = trainer.start(run.model)
        let table = state.model.table
        let weights = try Weights("\(path)/\(Self.weights)")
        try readCounts(into: &state, trainer)
        for slot in table.slots where weights.shape(of: "model:\(table[slot].name)") != nil {
            let entry = table[slot]
            func read(_ part: String) throws -> Matrix {
                try weights.matrix("\(part):\(entry.name)", shape: entry.shape, rows: entry.rows, columns: entry.columns)
            }
            state.model.weights[slot] = try read("model")
            if trainer.choosesEpoch { state.best.weights[slot] = try read("best") }
            state.optimizer.mean[slot] = try read("mean")
            state.optimizer.square[slot] = try read("square")
        }
        // Read rather than computed again: with rows in other groups the last bits would differ, and the next epoch is compared with these.
        if trainer.choosesEpoch {
            let file = "\(path)/\(Self.metrics)"
            guard let metrics = Results(try JSON(readingFile: file), state.best.task, labels: state.best.labels) else {
                throw ConfigurationError.wrongKind(
                    file: file, key: "confusion", found: "another number of labels", needed: "\(state.best.labels.count)")
            }
            state.bestMetrics = metrics
        }
        return state
    }

    /// Reads the numbers in state.json, which must be ones that the run can have reached.
    private func readCounts(into state: inout Trainer.State, _ trainer: Trainer) throws {
        let file = "\(path)/\(Self.state)"
        let facts = Configuration(file: file, json: try JSON(readingFile: file).object ?? [:])
        func count(_ key: String, _ range: ClosedRange<Int>) throws -> Int {
            let value = try facts.int(key)
            guard range.contains(value) else {
                throw ConfigurationError.wrongKind(
                    file: file, key: key, found: "\(value)", needed: "from \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
        _ = try count("format_version", Self.formatVersion...Self.formatVersion)
        state.epoch = try count("epoch", 1...trainer.epochCount)
        let step = trainer.step(afterEpoch: state.epoch)
        state.step = try count("step", step...step)
        state.bestEpoch = try count("best_epoch", 1...state.epoch)
        state.epochsWithoutGain = try count("epochs_without_gain", 0...state.epoch - 1)
        let entries = state.model.table.entries.count
        let steps = facts.json["slot_steps"]?.array?.compactMap(\.int).filter { (0...step).contains($0) } ?? []
        guard steps.count == entries else {
            throw ConfigurationError.wrongKind(
                file: file, key: "slot_steps", found: "\(steps.count) numbers of steps", needed: "\(entries), from 0 to \(step)")
        }
        state.optimizer.steps = steps
    }
}
