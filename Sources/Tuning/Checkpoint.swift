import Layers
import Modeling
import Reading

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The state of a run after its last whole epoch, in a folder beside the output: what `--resume` goes on from. It is replaced whole, so an
/// interrupted save leaves the one before.
package struct Checkpoint {
    private let path: String
    private let fingerprint: () throws -> String

    /// - Parameter fingerprint: of everything that the run depends on; a checkpoint of another run is refused.
    package init(beside output: String, fingerprint: @escaping () throws -> String) {
        var name = output
        while name.count > 1, name.hasSuffix("/") { name.removeLast() }
        path = name + ".checkpoint"
        self.fingerprint = fingerprint
    }

    package var exists: Bool { access("\(path)/state.json", F_OK) == 0 }

    /// Whether to save what has been done in so many seconds. Saving takes about as long as writing four numbers for each trained
    /// parameter at 200 MB a second, and may take a twentieth of the time; short epochs are sooner done again.
    package static func isWorthwhile(_ state: Trainer.State, after seconds: Double) -> Bool {
        let bytes = 4 * MemoryLayout<Float>.size * state.optimizer.mean.matrices.reduce(0) { $0 + $1.count }
        return seconds > 20 * Double(bytes) / 200e6
    }

    package func remove() { ReplacingFolder.removeTree(path) }

    /// - Parameter records: the lines of training.jsonl so far.
    package func save(_ state: Trainer.State, records: [String]) throws {
        try ReplacingFolder.write(to: path, replacing: true) { folder in
            var tensors: [NamedTensor] = []
            let table = state.model.table
            for slot in table.slots where state.optimizer.mean[slot].count > 0 {
                let entry = table[slot]
                // Without dev rows no epoch is better than the last.
                let best = state.bestMetrics == nil ? [] : [("best", state.best.weights)]
                for (part, parameters) in [
                    ("model", state.model.weights), ("mean", state.optimizer.mean), ("square", state.optimizer.square),
                ] + best {
                    tensors.append(NamedTensor("\(part):\(entry.name)", shape: entry.shape, parameters[slot]))
                }
            }
            try SafeTensorsWriter.write(tensors, to: "\(folder)/state.safetensors")
            let json: JSON = [
                "format_version": 1, "fingerprint": .string(try fingerprint()), "epoch": .number(JSON.Number(state.epoch)),
                "step": .number(JSON.Number(state.step)), "best_epoch": .number(JSON.Number(state.bestEpoch)),
                "epochs_without_gain": .number(JSON.Number(state.epochsWithoutGain)),
                "slot_steps": .array(state.optimizer.steps.map { .number(JSON.Number($0)) }),
            ]
            try ReplacingFile.write((json.serialized(pretty: true) + "\n").utf8, to: "\(folder)/state.json")
            if let metrics = state.bestMetrics { try ReplacingFile.write(metrics.json.utf8, to: "\(folder)/\(Self.metrics)") }
            try ReplacingFile.write(records.map { $0 + "\n" }.joined().utf8, to: "\(folder)/\(Self.records)")
        }
    }

    private static let records = "training.jsonl"
    private static let metrics = "metrics.json"

    /// The lines of training.jsonl up to the state to go on from.
    package func records() throws -> [String] {
        let bytes = try MappedFile("\(path)/\(Self.records)").withBytes { Array($0) }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Refuses to write over an interrupted run, which may be hours of work.
    package func requireNone() throws {
        if exists { throw FolderError.unfinishedRun(path: path) }
    }

    /// The state to go on from.
    package func state(for tuning: Tuning) throws -> Trainer.State {
        guard exists else { throw FolderError.missing(path: path, needed: "the checkpoint of an interrupted run") }
        let file = "\(path)/state.json"
        let facts = Configuration(file: file, json: try JSON(readingFile: file).object ?? [:])
        guard try facts.string("fingerprint") == fingerprint() else {
            throw ConfigurationError.wrongKind(
                file: file, key: "fingerprint", found: "that of another run", needed: "that of the same base, corpus and options")
        }
        var state = tuning.trainer.start(tuning.model)
        let table = state.model.table
        let weights = try Weights("\(path)/state.safetensors")
        let steps = facts.json["slot_steps"]?.array?.compactMap(\.int) ?? []
        guard steps.count == table.entries.count else {
            throw ConfigurationError.wrongKind(
                file: file, key: "slot_steps", found: "\(steps.count) numbers", needed: "\(table.entries.count)")
        }
        state.optimizer.steps = steps
        for slot in table.slots where weights.shape(of: "model:\(table[slot].name)") != nil {
            let entry = table[slot]
            func read(_ part: String) throws -> Matrix {
                try weights.matrix("\(part):\(entry.name)", shape: entry.shape, rows: entry.rows, columns: entry.columns)
            }
            state.model.weights[slot] = try read("model")
            if tuning.dev != nil { state.best.weights[slot] = try read("best") }
            state.optimizer.mean[slot] = try read("mean")
            state.optimizer.square[slot] = try read("square")
        }
        state.epoch = try facts.int("epoch")
        state.step = try facts.int("step")
        state.bestEpoch = try facts.int("best_epoch")
        state.epochsWithoutGain = try facts.int("epochs_without_gain")
        // Read, not computed again: rows in other groups give other last bits, and the next epoch is compared with these.
        if tuning.dev != nil {
            state.bestMetrics = try Metrics(readingFile: "\(path)/\(Self.metrics)", labels: state.best.labels)
        }
        return state
    }
}

extension Tuning {
    /// Of everything that the course of training depends on.
    package func fingerprint(corpora digests: [String]) throws -> String {
        let facts = [
            options.json(width: model.encoder.width).serialized(), options.precision.rawValue, String(maxLength),
            model.head.pooling.rawValue,
            String(keepsHead), try baseDigest.value, try digest(ofFiles: ["config.json"] + tokenizer.files, in: base),
        ]
        return SHA256.hexadecimal(of: Array((digests + facts).joined(separator: "\n").utf8))
    }
}

extension Metrics {
    /// What ``json`` was written from.
    fileprivate init(readingFile file: String, labels: [String]) throws {
        let facts = try JSON(readingFile: file).object ?? [:]
        let counts = facts["confusion"]?.object?["counts"]?.array?.map { $0.array?.compactMap(\.int) ?? [] } ?? []
        guard counts.count == labels.count, counts.allSatisfy({ $0.count == labels.count }) else {
            throw ConfigurationError.wrongKind(file: file, key: "confusion", found: "another number of labels", needed: "\(labels.count)")
        }
        func number(_ key: String) -> Double { facts[key]?.double ?? .nan }
        self.init(
            labels: labels, confusion: Confusion(counts: counts), nll: number("nll"), brier: number("brier"), ece: number("ece"),
            auroc: facts["auroc"].map { $0.double ?? .nan }, truncatedRows: facts["truncated_rows"]?.int ?? 0)
    }
}
