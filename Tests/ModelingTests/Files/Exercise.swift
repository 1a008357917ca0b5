import Layers
import Modeling

/// What the mutation test and the fuzz target do with bytes that may be anything: read them, and use all that they give.
enum Exercise: CaseIterable {
    case safeTensors, torch, json

    func callAsFunction(_ bytes: [UInt8]) {
        switch self {
        case .safeTensors: read(bytes, name: "model.safetensors")
        case .torch: read(bytes, name: "pytorch_model.bin")
        case .json:
            guard let json = try? bytes.withUnsafeBytes({ try JSON(parsing: $0) }) else { return }
            precondition((try? JSON(parsing: json.serialized())) == json, "what was written is not what was read")
            precondition((try? JSON(parsing: json.serialized(pretty: true))) == json, "what was written is not what was read")
        }
    }

    private func read(_ bytes: [UInt8], name: String) {
        let weights: Weights
        do throws(WeightsError) {
            weights = try Weights(file: MappedFile(name: name, bytes: bytes))
        } catch {
            precondition(!error.description.isEmpty)
            return
        }
        for name in weights.names {
            guard let shape = weights.shape(of: name), let type = weights.dtype(of: name) else { preconditionFailure() }
            let count = shape.reduce(1, *)
            precondition(count * type.size <= bytes.count, "'\(name)' is larger than its file")
            guard let matrix = try? weights.matrix(name, shape: shape, rows: 1, columns: count) else { continue }
            precondition(matrix.elements.count == count)
            _ = try? weights.nonFinite(among: [name])
        }
    }
}
