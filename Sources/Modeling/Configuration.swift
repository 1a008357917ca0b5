import TenorFiles
import TenorLayers

/// A model folder's config.json, read by key. A value must be present unless there is a default, which is the one of transformers.
package struct Configuration: Sendable {
    /// The file, for error messages.
    package let file: String
    package var json: JSON.Object

    package init(file: String, json: JSON.Object) {
        self.file = file
        self.json = json
    }

    /// Reads `folder/config.json`.
    package init(folder: String) throws {
        let path = "\(folder)/config.json"
        file = path
        guard let object = try JSON(readingFile: path).object else {
            throw ConfigurationError.wrongKind(file: path, key: nil, found: "something else", needed: "an object")
        }
        json = object
    }

    package var modelType: String { get throws { try string("model_type") } }

    package func int(_ key: String, default standard: Int? = nil) throws -> Int {
        try value(key, standard, "an integer", \.int)
    }

    /// A positive integer, small enough that sizes computed from it cannot overflow.
    package func size(_ key: String, default standard: Int? = nil) throws -> Int {
        let size = try int(key, default: standard)
        guard (1...(1 << 24)).contains(size) else {
            throw ConfigurationError.wrongKind(file: file, key: key, found: "\(size)", needed: "a size from 1 to \(1 << 24)")
        }
        return size
    }

    /// The row of the token embeddings that gets no gradient in training: `pad_token_id`, or nil if that is null or not a row.
    func paddingRow(default standard: Int, vocabulary: Int) throws -> Int? {
        if case .null? = json["pad_token_id"] { return nil }
        let row = try int("pad_token_id", default: standard)
        return (0..<vocabulary).contains(row) ? row : nil
    }

    package func float(_ key: String, default standard: Double? = nil) throws -> Float {
        Float(try value(key, standard, "a number", \.double))
    }

    /// A dropout rate: at least 0 and below 1.
    package func rate(_ key: String, default standard: Double? = nil) throws -> Float {
        let rate = try float(key, default: standard)
        guard (0..<1).contains(rate) else {
            throw ConfigurationError.wrongKind(file: file, key: key, found: "\(rate)", needed: "a probability below 1")
        }
        return rate
    }

    package func bool(_ key: String, default standard: Bool? = nil) throws -> Bool {
        try value(key, standard, "true or false", \.bool)
    }

    package func string(_ key: String, default standard: String? = nil) throws -> String {
        try value(key, standard, "a string", \.string)
    }

    package func activation(_ key: String, default standard: String? = nil) throws -> Activation {
        let name = try string(key, default: standard)
        guard let activation = Activation(configuration: name) else {
            throw ConfigurationError.wrongKind(file: file, key: key, found: "'\(name)'", needed: "gelu, gelu_new, relu or tanh")
        }
        return activation
    }

    /// Rejects settings that would give other answers and are not computed. Returns a message about those in no list.
    package func check(_ table: SettingsTable) throws -> String? {
        if let (key, found, accepted) = table.refusal(of: json) {
            throw ConfigurationError.wrongKind(
                file: file, key: key, found: found.serialized(), needed: "\(accepted), the only one supported")
        }
        return table.message(on: json, file: file)
    }

    /// Gives settings the names by which they are read here.
    mutating func resolve(_ aliases: [String: String]) {
        for (alias, name) in aliases {
            guard let value = json[alias], value != .null else { continue }
            json[name] = value
            json[alias] = nil
        }
    }

    /// Throws if a setting has a value that this program does not support, rather than computing something else.
    package func require(_ key: String, _ needed: JSON, default standard: JSON) throws {
        let found = json[key] ?? standard
        guard found == needed else {
            throw ConfigurationError.wrongKind(
                file: file, key: key, found: found.serialized(), needed: "\(needed.serialized()), the only one supported")
        }
    }

    private func value<Value>(_ key: String, _ standard: Value?, _ needed: String, _ read: (JSON) -> Value?) throws -> Value {
        guard let found = json[key], found != .null else {
            guard let standard else { throw ConfigurationError.missing(file: file, key: key, needed: needed) }
            return standard
        }
        guard let value = read(found) else {
            throw ConfigurationError.wrongKind(file: file, key: key, found: found.serialized(), needed: needed)
        }
        return value
    }

    /// The labels in the order of the logits: the values of `id2label` for the keys 0, 1, 2, …, where a number stands for its text. Without
    /// `id2label` they are LABEL_0, LABEL_1, …, as many as `num_labels` says, as in transformers; nil if that is missing too.
    package var labels: [String]? {
        get throws {
            guard let names = json["id2label"]?.object else { return try placeholders }
            var labels: [String] = []
            for index in names.members.indices {
                guard let label = names[String(index)].flatMap(Self.name) else {
                    throw ConfigurationError.wrongKind(
                        file: file, key: "id2label", found: "no name for label \(index)",
                        needed: "a name for each of 0 to \(names.members.count - 1)")
                }
                labels.append(label)
            }
            return labels
        }
    }

    private static func name(of label: JSON) -> String? {
        if case .number(let number) = label { number.literal } else { label.string }
    }

    /// The names of labels that have none, if their number is given.
    private var placeholders: [String]? {
        get throws {
            guard let key = Self.labelCounts.first(where: { json[$0] != nil && json[$0] != .null }) else { return nil }
            let (count, most) = (try int(key), 1 << 20)
            guard (1...most).contains(count) else {
                throw ConfigurationError.wrongKind(file: file, key: key, found: "\(count)", needed: "from 1 to \(most)")
            }
            return (0..<count).map { "LABEL_\($0)" }
        }
    }

    /// The keys for the number of labels; the second is what early versions of transformers write.
    private static let labelCounts = ["num_labels", "_num_labels"]

    /// Throws if two labels have the same name, because results would be ambiguous.
    package func requireDistinctLabels() throws {
        var places: [[UInt8]: Int] = [:]
        for (index, label) in (try labels ?? []).enumerated() {
            guard let first = places.updateValue(index, forKey: Array(label.utf8)) else { continue }
            throw ConfigurationError.repeatedLabel(file: file, label: label, first: first, second: index)
        }
    }

    package mutating func setLabels(_ labels: [String]) {
        var names = JSON.Object()
        var indices = JSON.Object()
        for (index, label) in labels.enumerated() {
            names[String(index)] = .string(label)
            indices[label] = .number(JSON.Number(index))
        }
        for key in Self.labelCounts { json[key] = nil }
        json["id2label"] = .object(names)
        json["label2id"] = .object(indices)
    }
}
