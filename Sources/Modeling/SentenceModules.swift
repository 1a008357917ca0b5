import TenorFiles
import TenorLayers

/// The modules that a sentence-transformers folder lists in modules.json: the encoder, a pooling and optionally a linear layer.
package struct SentenceModules: Sendable {
    package let pooling: Pooling?
    /// The classifier, if there is one. A dense layer with an activation, or one among other modules, is part of an encoder instead.
    package let dense: Dense?

    /// A linear layer after the mean, as the last module, in a separate folder: Tenor's classifier on mean-pooled states.
    package struct Dense: Sendable {
        let weights: Weights

        var labels: Int? { weights.shape(of: "linear.weight")?.first }

        /// The sentence-transformers name of a classifier's weight or bias.
        static func name(of entry: ParameterTable.Entry) -> String { entry.name.hasSuffix(".weight") ? "linear.weight" : "linear.bias" }

        func matrix(_ entry: ParameterTable.Entry) throws -> Matrix {
            try weights.matrix(Self.name(of: entry), shape: entry.shape, rows: entry.rows, columns: entry.columns)
        }
    }

    /// Nil if the folder has no modules.json.
    init?(folder: String) throws {
        let list = "\(folder)/modules.json"
        guard access(list, F_OK) == 0 else { return nil }
        var pooling: Pooling?
        var dense: Dense?
        let modules = try JSON(readingFile: list).array ?? []
        for (index, module) in modules.enumerated() {
            guard let type = module["type"]?.string, let path = module["path"]?.string else { continue }
            guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
                throw ConfigurationError.wrongKind(file: list, key: "path", found: "'\(path)'", needed: "a folder within the model's")
            }
            let place = "\(folder)/\(path)"
            switch type.split(separator: ".").last {
            case "Pooling": pooling = try Self.pooling(Configuration(folder: place))
            case "Normalize" where index == 2 && pooling == .mean: pooling = .unitMean
            case "Dense" where index == modules.count - 1 && index == (pooling == .unitMean ? 3 : 2):
                // sentence-transformers defaults to a hyperbolic tangent.
                let activation = try Configuration(folder: place).string("activation_function", default: "Tanh")
                if activation.hasSuffix("Identity") { dense = Dense(weights: try Weights(place)) }
            default: break
            }
        }
        self.pooling = pooling
        self.dense = pooling?.isMean == true ? dense : nil
    }

    private static func pooling(_ configuration: Configuration) throws -> Pooling? {
        if let mode = configuration.json["pooling_mode"]?.string { return mode == Pooling.unitMean.rawValue ? nil : Pooling(rawValue: mode) }
        if try configuration.bool("pooling_mode_mean_tokens", default: false) { return .mean }
        if try configuration.bool("pooling_mode_cls_token", default: false) { return .first }
        return nil
    }

    // MARK: - Writing

    /// The subfolder of a classifier's encoder.
    private static let transformer = "0_Transformer"

    /// Makes the subfolder of a classifier's encoder.
    static func transformerFolder(in folder: String) throws -> String {
        let path = "\(folder)/\(transformer)"
        try createFolder(path)
        return path
    }

    /// Writes modules.json and the files it names, as sentence-transformers' `Transformer`, `Pooling` and, with a classifier, `Dense` save
    /// them.
    static func write(
        _ pooling: Pooling, width: Int, classifier: (entries: [NamedTensor], labels: Int)? = nil, as format: FloatFormat = .f32,
        maxLength: Int? = nil,
        to folder: String
    ) throws {
        func module(_ index: Int, _ path: String, _ type: String) -> JSON {
            [
                "idx": .number(JSON.Number(index)), "name": .string(String(index)), "path": .string(path),
                "type": .string("sentence_transformers.models.\(type)"),
            ]
        }
        func write(_ json: JSON, to name: String) throws {
            try ReplacingFile.write((json.serialized(.indented) + "\n").utf8, to: "\(folder)/\(name)")
        }
        let place = classifier == nil ? "" : transformer
        var modules = [module(0, place, "Transformer"), module(1, "1_Pooling", "Pooling")]
        if pooling == .unitMean {
            modules.append(module(2, "2_Normalize", "Normalize"))
            // It has no settings, but sentence-transformers looks for the folder.
            try createFolder("\(folder)/2_Normalize")
        }
        let dense = "\(modules.count)_Dense"
        if classifier != nil { modules.append(module(modules.count, dense, "Dense")) }
        try write(.array(modules), to: "modules.json")
        if let maxLength {
            try write(
                ["max_seq_length": .number(JSON.Number(maxLength)), "do_lower_case": false],
                to: (place.isEmpty ? "" : place + "/") + "sentence_bert_config.json")
        }
        try createFolder("\(folder)/1_Pooling")
        try write(
            [
                "word_embedding_dimension": .number(JSON.Number(width)), "pooling_mode_cls_token": .bool(pooling == .first),
                "pooling_mode_mean_tokens": .bool(pooling.isMean), "pooling_mode_max_tokens": false,
                "pooling_mode_mean_sqrt_len_tokens": false,
            ], to: "1_Pooling/config.json")
        guard let classifier else { return }
        try createFolder("\(folder)/\(dense)")
        try write(
            [
                "in_features": .number(JSON.Number(width)), "out_features": .number(JSON.Number(classifier.labels)), "bias": true,
                "activation_function": "torch.nn.modules.linear.Identity",
            ], to: "\(dense)/config.json")
        try SafeTensorsWriter.write(classifier.entries, as: format, to: "\(folder)/\(dense)/model.safetensors")
    }
}

private func createFolder(_ path: String) throws {
    guard mkdir(path, 0o777) == 0 else { throw FileError.unwritable(file: path, reason: systemMessage(errno)) }
}
