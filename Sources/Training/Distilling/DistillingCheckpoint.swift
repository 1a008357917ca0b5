import TenorFiles
import TenorLayers
import TenorModeling

/// The state of a distillation after a step.
extension Checkpoint {
    /// - Parameters:
    ///   - fingerprint: identifies everything that the run depends on; see ``DistillingRun``.
    ///   - records: the lines of training.jsonl so far.
    func save(_ state: Distiller.State, fingerprint: String, records: [String]) throws {
        try ReplacingFolder.write(to: path, replacing: .checkpoint) { folder in
            let table = state.model.table
            let parts = [("model", state.model.weights), ("mean", state.optimizer.mean), ("square", state.optimizer.square)]
            let tensors = table.slots.filter { state.optimizer.mean[$0].count > 0 }.flatMap { slot in
                parts.map { NamedTensor("\($0):\(table[slot].name)", shape: table[slot].shape, $1[slot]) }
            }
            try SafeTensorsWriter.write(tensors, to: "\(folder)/\(Self.weights)")
            let json: JSON = [
                "format_version": JSON(Self.formatVersion), "fingerprint": .string(fingerprint), "step": JSON(state.step),
                "epoch_loss": JSON(state.epochLoss),
            ]
            try ReplacingFile.write((json.serialized(.indented) + "\n").utf8, to: "\(folder)/\(Self.state)")
            try ReplacingFile.write(records.map { $0 + "\n" }.joined().utf8, to: "\(folder)/\(Self.records)")
        }
    }

    /// The state to resume from.
    ///
    /// - Parameter start: the state at the start of the run.
    func state(from start: Distiller.State, _ distiller: Distiller, fingerprint: String) throws -> Distiller.State {
        try require(fingerprint: fingerprint)
        let file = "\(path)/\(Self.state)"
        let facts = Configuration(file: file, json: try JSON(readingFile: file).object ?? [:])
        let step = try facts.int("step")
        guard (1..<max(distiller.steps, 2)).contains(step) else {
            throw ConfigurationError.wrongKind(file: file, key: "step", found: "\(step)", needed: "from 1 to \(distiller.steps - 1)")
        }
        guard let loss = facts.json["epoch_loss"]?.double else {
            throw ConfigurationError.missing(file: file, key: "epoch_loss", needed: "a number")
        }
        var state = start
        (state.step, state.epochLoss) = (step, loss)
        let (table, weights) = (state.model.table, try Weights("\(path)/\(Self.weights)"))
        for slot in table.slots where state.optimizer.mean[slot].count > 0 {
            let entry = table[slot]
            func read(_ part: String) throws -> Matrix {
                try weights.matrix("\(part):\(entry.name)", shape: entry.shape, rows: entry.rows, columns: entry.columns)
            }
            state.model.weights[slot] = try read("model")
            state.optimizer.mean[slot] = try read("mean")
            state.optimizer.square[slot] = try read("square")
            state.optimizer.steps[slot.index] = step
        }
        return state
    }
}
