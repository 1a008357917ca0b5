import TenorLayers

/// What a model folder holds, before it is decided what is made of it.
package struct ModelFolder: Sendable {
    package let path: String
    package let configuration: Configuration
    package let family: Family
    package let weights: Weights
    /// The modules of a sentence-transformers folder, if it is one.
    package let modules: SentenceModules?

    package init(_ path: String) throws {
        self.path = path
        configuration = try Configuration(folder: path)
        family = try Family.of(configuration)
        weights = try Weights(path)
        modules = try SentenceModules(folder: path)
    }

    /// The pooling of the classifier that this folder holds.
    private var ownPooling: Pooling? { modules?.dense == nil ? nil : modules?.pooling }

    /// The classifier that this folder holds, its head included. Heads that answer otherwise than by one of several labels are refused.
    package func classifier() throws -> Model {
        try complete(task())
    }

    /// What the folder's own head answers. Without `problem_type` transformers takes one output for a regression, more for labels.
    private func task() throws -> Task {
        let needed = Task.singleLabel.problemType
        let problem = try configuration.string("problem_type", default: needed)
        let isRegression = try configuration.labels?.count == 1
        guard let task = Task(problemType: problem), !isRegression else {
            throw ConfigurationError.wrongKind(
                file: configuration.file, key: "problem_type", found: isRegression ? "a regression" : "'\(problem)'",
                needed: "'\(needed)', one of several labels for a text")
        }
        return task
    }

    /// The model with the folder's own head.
    private func complete(_ task: Task) throws -> Model {
        try model(task, labels: configuration.labels ?? ["LABEL_0", "LABEL_1"], pooling: ownPooling, newHead: nil)
    }

    /// Whether there is a head for exactly these labels, in whatever order.
    package func hasHead(for labels: [String]) throws -> Bool {
        guard let own = try configuration.labels else { return false }
        let (ours, theirs) = (own.map { Array($0.utf8) }, labels.map { Array($0.utf8) })
        return ours.count == theirs.count && Set(ours) == Set(theirs) && hasHead(own.count)
    }

    /// Whether all the head's tensors are there, for this many labels.
    private func hasHead(_ labels: Int) -> Bool {
        if let dense = modules?.dense { return dense.labels == labels }
        guard let (_, table) = try? declared(outputs: labels, pooling: nil) else { return false }
        return table.entries.allSatisfy { entry in
            entry.depth != ParameterTable.headDepth || name(of: entry).flatMap(weights.shape(of:)) == entry.shape
        }
    }

    /// A model for tuning: with the folder's own head, or a new one for `labels` whose numbers come from `randomness`.
    package func base(labels: [String], pooling: Pooling?, keepsHead: Bool, randomness: inout Randomness) throws -> Model {
        if keepsHead { return try complete(task()) }
        return try model(.singleLabel, labels: labels, pooling: pooling == .mean ? .mean : nil, newHead: randomness.next())
    }

    /// Whether there is a head, for whatever labels.
    package func hasOwnHead() throws -> Bool { try hasHead(configuration.labels?.count ?? 2) }

    /// The model as `inspect` looks at it: with its own head or, for a base, the one it would get.
    package func inspected() throws -> Model {
        if try hasOwnHead() { return try complete((try? task()) ?? .singleLabel) }
        var randomness = Randomness(seed: 0)
        return try base(
            labels: try configuration.labels ?? ["LABEL_0", "LABEL_1"], pooling: nil, keepsHead: false, randomness: &randomness)
    }

    /// The embedding table: its name in the file, and its rows.
    package func tokenEmbeddings() throws -> (name: String, matrix: Matrix) {
        let (network, table) = try declared(outputs: 2, pooling: nil)
        let entry = table[network.encoder.tokenEmbeddings]
        guard let name = name(of: entry) else { throw ModelError.missing(file: weights.file, names: [entry.name]) }
        return (name, try weights.matrix(name, shape: entry.shape, rows: entry.rows, columns: entry.columns))
    }

    /// The names of the parameters in the file; buffers are left out.
    package var tensorNames: [String] { weights.names.filter { !isBuffer($0) } }

    private func isBuffer(_ name: String) -> Bool {
        // The last two are the causal masks of early GPT-2 files.
        [".position_ids", ".token_type_ids", ".attn.bias", ".attn.masked_bias"].contains { name.hasSuffix($0) }
    }

    /// Copies what says how sentence-transformers pools the encoder's states.
    package func copyModules(to target: String) throws {
        guard let pooling = modules?.pooling else { return }
        try SentenceModules.write(pooling, width: try declared(outputs: 2, pooling: nil).0.encoder.width, to: target)
    }

    private func declared(outputs: Int, pooling: Pooling?) throws -> (Network, ParameterTable) {
        var table = ParameterTable()
        let network = try family.build(configuration, outputs, pooling, &table)
        return (network, table)
    }

    /// - Parameter seed: what the numbers of a new head come from; nil where the head has to be there.
    private func model(_ task: Task, labels: [String], pooling: Pooling?, newHead seed: UInt64?) throws -> Model {
        let (network, table) = try declared(outputs: task.outputs(labels: labels.count), pooling: pooling)
        let dense = ownPooling == .mean && pooling == .mean && seed == nil ? modules?.dense : nil
        // Before anything is made: the size of a new part of the head is only as good as a config.json that the file has not contradicted.
        let missing = table.entries.filter { entry in
            if entry.depth == ParameterTable.carriedDepth { return false }
            if entry.depth == ParameterTable.headDepth, dense != nil || seed != nil { return false }
            return name(of: entry) == nil
        }
        guard missing.isEmpty else { throw ModelError.missing(file: weights.file, names: missing.map(\.name)) }
        var matrices: [Matrix] = []
        var used: Set<String> = []
        var randomness = Randomness(seed: seed ?? 0)
        let deviation = try configuration.float("initializer_range", default: 0.02)
        for entry in table.entries {
            let isHead = entry.depth == ParameterTable.headDepth
            if isHead, let dense {
                matrices.append(try dense.matrix(entry))
            } else if let name = name(of: entry), !(isHead && seed != nil && !isPretrained(entry)) {
                used.insert(name)
                matrices.append(try weights.matrix(name, shape: entry.shape, rows: entry.rows, columns: entry.columns))
            } else if isHead {
                matrices.append(Matrix(new: entry, deviation: deviation, &randomness))
            } else {
                matrices.append(Matrix(rows: entry.rows, columns: entry.columns))
            }
        }
        let extra = weights.names.filter { !used.contains($0) && !isIgnored($0, table) }
        guard extra.isEmpty else { throw ModelError.extra(file: weights.file, names: extra, modelType: try configuration.modelType) }
        var configuration = configuration
        configuration.setLabels(labels)
        return Model(configuration, family, network, table, Parameters(matrices), task: task, labels: labels)
    }

    /// A part of the head that a base checkpoint may bring along: BERT's pooler has its names below the prefix, a classifier has not.
    private func isPretrained(_ entry: ParameterTable.Entry) -> Bool {
        ([family.prefix] + family.pretrainedHead).contains { entry.name.hasPrefix($0) }
    }

    /// The name under which the file has a parameter: its own, or without the family's prefix, or with it; and each with the names that
    /// TensorFlow's checkpoints gave to a norm's weight and bias.
    private func name(of entry: ParameterTable.Entry) -> String? {
        var names = [entry.name]
        if entry.name.hasPrefix(family.prefix) {
            names.append(String(entry.name.dropFirst(family.prefix.count)))
        } else {
            names.append(family.prefix + entry.name)
        }
        for (new, old) in [("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta")] {
            names += names.filter { $0.hasSuffix(new) }.map { $0.dropLast(new.count) + old }
        }
        return names.first { weights.shape(of: $0) != nil }
    }

    /// Buffers, the heads of other tasks, and whatever belongs to a head: the one in the file where a new one is made.
    private func isIgnored(_ name: String, _ table: ParameterTable) -> Bool {
        if isBuffer(name) { return true }
        let heads = [
            "cls.", "predictions.", "lm_head.", "lm_predictions.", "mask_predictions.", "sop_classifier.", "discriminator_predictions.",
            "generator_predictions.", "generator_lm_head.", "qa_outputs.", "classifier.", "pooler.", "\(family.prefix)pooler.",
        ]
        return (heads + family.ignored).contains { name.hasPrefix($0) }
    }
}

extension Matrix {
    /// A parameter that is new: normal around 0, or all zeros or ones.
    fileprivate init(new entry: ParameterTable.Entry, deviation: Float, _ randomness: inout Randomness) {
        switch entry.initial {
        case .zeros: self.init(rows: entry.rows, columns: entry.columns)
        case .ones: self.init(rows: entry.rows, columns: entry.columns, Array(repeating: 1, count: entry.count))
        case .normal:
            self.init(rows: entry.rows, columns: entry.columns, (0..<entry.count).map { _ in Float(randomness.normal()) * deviation })
        }
    }
}

/// What is wrong with a model folder as a whole.
package enum ModelError: Error, Equatable, CustomStringConvertible {
    case missing(file: String, names: [String])
    case extra(file: String, names: [String], modelType: String)

    package var description: String {
        switch self {
        case .missing(let file, let names):
            "\(file): \(counted(names)) missing that this model needs: \(Self.list(names))"
        case .extra(let file, let names, let modelType):
            "\(file): \(counted(names)) left over that a '\(modelType)' classifier does not have: \(Self.list(names))"
        }
    }

    private func counted(_ names: [String]) -> String { names.count == 1 ? "1 tensor is" : "\(names.count) tensors are" }

    private static func list(_ names: [String]) -> String {
        names.prefix(8).map { "'\($0)'" }.joined(separator: ", ") + (names.count > 8 ? ", …" : "")
    }
}
