import TenorFiles

/// How far the tokens of a ModernBERT block see, and the base of its rotary angles.
///
/// transformers 4 has `global_attn_every_n_layers`, `global_rope_theta` and `local_rope_theta`; version 5 has `layer_types` and
/// `rope_parameters` instead. If a folder has both, those of version 5 count, as there.
struct ModernBERTReach {
    /// How many tokens a query sees on each side, or nil if it sees the whole text.
    let window: Int?
    let rotaryBase: Float

    private static let (global, local) = ("full_attention", "sliding_attention")

    static func all(_ configuration: Configuration) throws -> [ModernBERTReach] {
        let window = try configuration.size("local_attention", default: 128) / 2
        let (globalBase, localBase) = (try base(configuration, global), try base(configuration, local))
        return try areGlobal(configuration).map {
            ModernBERTReach(window: $0 ? nil : window, rotaryBase: $0 ? globalBase : localBase)
        }
    }

    private static func areGlobal(_ configuration: Configuration) throws -> [Bool] {
        let count = try configuration.layers("num_hidden_layers")
        guard let types = configuration.json["layer_types"], types != .null else {
            let every = try configuration.size("global_attn_every_n_layers", default: 3)
            return (0..<count).map { $0 % every == 0 }
        }
        let names = types.array?.map(\.string) ?? []
        guard names.count == count, names.allSatisfy({ $0 == global || $0 == local }) else {
            throw ConfigurationError.wrongKind(
                file: configuration.file, key: "layer_types", found: types.serialized(),
                needed: "a list of \(count) names, each \(global) or \(local)")
        }
        return names.map { $0 == global }
    }

    private static func base(_ configuration: Configuration, _ type: String) throws -> Float {
        if let parameters = configuration.json["rope_parameters"], parameters != .null {
            let own = parameters[type] ?? parameters
            guard own["rope_type"]?.string ?? "default" == "default", let base = own["rope_theta"]?.double else {
                throw ConfigurationError.wrongKind(
                    file: configuration.file, key: "rope_parameters", found: parameters.serialized(),
                    needed: "a rope_theta of the default rope_type for \(type)")
            }
            return Float(base)
        }
        let globalBase = try configuration.float("global_rope_theta", default: 160_000)
        if type == global { return globalBase }
        // If missing, the default is that of the published models; if null, the global base applies.
        return configuration.json["local_rope_theta"] == .null ? globalBase : try configuration.float("local_rope_theta", default: 10_000)
    }

    /// Adds the keys that the other version of transformers reads, so that a folder means the same to both.
    static func spellBothWays(_ configuration: inout Configuration) throws {
        let areGlobal = try areGlobal(configuration)
        let (globalBase, localBase) = (try base(configuration, global), try base(configuration, local))
        func number(_ value: Float) -> JSON { .number(JSON.Number(Double(value))) }
        configuration.json["layer_types"] = .array(areGlobal.map { .string($0 ? global : local) })
        configuration.json["rope_parameters"] = [
            "full_attention": ["rope_theta": number(globalBase), "rope_type": "default"],
            "sliding_attention": ["rope_theta": number(localBase), "rope_type": "default"],
        ]
        configuration.json["global_rope_theta"] = number(globalBase)
        configuration.json["local_rope_theta"] = number(localBase)
        // Version 4 knows regular distances only; without one it reads its default.
        let every = areGlobal.dropFirst().firstIndex(of: true) ?? areGlobal.count
        if areGlobal.indices.allSatisfy({ areGlobal[$0] == ($0 % every == 0) }) {
            configuration.json["global_attn_every_n_layers"] = .number(JSON.Number(every))
        }
    }
}
