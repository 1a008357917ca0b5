import Layers

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The modules that a sentence-transformers folder lists in modules.json: the encoder, a pooling, perhaps a linear layer.
package struct SentenceModules: Sendable {
    package let pooling: Pooling?
    package let dense: Dense?

    /// A linear layer that follows the pooling, in a folder of its own: Tenor's classifier over mean-pooled states.
    package struct Dense: Sendable {
        let weights: Weights

        /// What sentence-transformers calls the weight or bias of a classifier.
        static func name(of entry: ParameterTable.Entry) -> String { entry.name.hasSuffix(".weight") ? "linear.weight" : "linear.bias" }

        func matrix(_ entry: ParameterTable.Entry) throws -> Matrix {
            try weights.matrix(Self.name(of: entry), shape: entry.shape, rows: entry.rows, columns: entry.columns)
        }
    }

    /// Nil where the folder has no modules.json.
    init?(folder: String) throws {
        let list = "\(folder)/modules.json"
        guard access(list, F_OK) == 0 else { return nil }
        var pooling: Pooling?
        var dense: Dense?
        for module in try JSON(readingFile: list).array ?? [] {
            guard let type = module["type"]?.string, let path = module["path"]?.string, !path.contains("..") else { continue }
            let place = "\(folder)/\(path)"
            switch type.split(separator: ".").last {
            case "Pooling": pooling = try Self.pooling(Configuration(folder: place))
            case "Dense": dense = Dense(weights: try Weights(place))
            default: break
            }
        }
        self.pooling = pooling
        self.dense = dense
    }

    private static func pooling(_ configuration: Configuration) throws -> Pooling? {
        if let mode = configuration.json["pooling_mode"]?.string { return Pooling(rawValue: mode) }
        if try configuration.bool("pooling_mode_mean_tokens", default: false) { return .mean }
        if try configuration.bool("pooling_mode_cls_token", default: false) { return .first }
        return nil
    }
}
