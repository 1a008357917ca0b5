import TenorFiles
import TenorLayers

/// The contents of a model folder, from which a model can be made.
package struct ModelFolder: Sendable {
    package let path: String
    package let configuration: Configuration
    package let family: Family
    package let weights: Weights
    /// The modules of a sentence-transformers folder, if it is one.
    package let modules: SentenceModules?
    /// Messages about settings that are not read.
    package let warnings: [String]

    package init(_ path: String) throws {
        self.path = path
        let place = ModelPlace(path)
        var configuration = try Configuration(folder: place.encoder)
        family = try Family.of(configuration)
        let modelType = try configuration.modelType
        let warning = try configuration.check(.configuration(of: modelType))
        configuration.resolve(SettingsTable.aliases[modelType] ?? [:])
        self.configuration = configuration
        weights = try Weights(place.encoder)
        modules = try SentenceModules(folder: place.root)
        warnings = [warning].compactMap { $0 } + (modules?.warnings ?? [])
    }

    /// The pooling of the classifier that this folder holds.
    private var ownPooling: Pooling? { modules?.dense == nil ? nil : modules?.pooling }

    /// The classifier in this folder, including its head.
    package func classifier() throws -> Model {
        try complete(task())
    }

    /// The task of the folder's own head. Without `problem_type`, transformers treats one output as a regression and more as labels.
    package func task() throws -> Task {
        let outputs = try labels().count
        let usual: Task = outputs == 1 ? .regression : .singleLabel
        let problem = try configuration.string("problem_type", default: usual.problemType)
        guard let task = Task(problemType: problem), task != .singleLabel || outputs > 1 else {
            throw ConfigurationError.wrongKind(
                file: configuration.file, key: "problem_type", found: "'\(problem)'\(outputs == 1 ? " for one label" : "")",
                needed: outputs == 1
                    ? "'regression' or 'multi_label_classification'"
                    : "'single_label_classification', 'multi_label_classification' or 'regression'")
        }
        return task
    }

    /// The class for another task that the folder's weights were saved by; nil if it is a classifier's, a bare model's, or not named. Their
    /// heads can have a classifier's names and shapes.
    private var otherArchitecture: String? {
        let names = configuration.json["architectures"]?.array?.compactMap(\.string) ?? []
        let isOwn = names.contains { $0.hasSuffix("ForSequenceClassification") || $0 == family.bareArchitecture }
        return isOwn ? nil : names.first { $0.contains("For") }
    }

    /// The model with the folder's own head.
    private func complete(_ task: Task) throws -> Model {
        if let other = otherArchitecture, modules?.dense == nil {
            throw ConfigurationError.wrongKind(
                file: configuration.file, key: "architectures", found: "'\(other)'", needed: "'\(family.architecture)' to classify texts")
        }
        return try model(task, labels: labels(), pooling: ownPooling, newHead: nil)
    }

    /// The labels of the folder's own head, with the names and the number that transformers gives them where config.json does not.
    package func labels() throws -> [String] { try configuration.labels ?? ["LABEL_0", "LABEL_1"] }

    /// The number of tokens that a sentence-transformers classifier truncates texts to; nil if the folder holds none or says nothing.
    package var maxLength: Int? { modules?.dense == nil ? nil : modules?.maxLength }

    /// Whether all tensors of a head with this many labels are present.
    private func hasHead(_ labels: Int) -> Bool {
        if let dense = modules?.dense { return dense.labels == labels }
        if otherArchitecture != nil { return false }
        guard let (_, table) = try? declared(outputs: labels, pooling: nil) else { return false }
        return table.entries.allSatisfy { entry in
            entry.depth != ParameterTable.headDepth || name(of: entry).flatMap(weights.shape(of:)) == entry.shape
        }
    }

    /// A model for fine-tuning: with the folder's own head, or with a new one for `labels`, initialized from `randomness`.
    ///
    /// - Parameters:
    ///   - task: that of a new head.
    ///   - pooling: that of a new head on the mean of the states; nil for the family's own head.
    package func base(
        _ task: Task = .singleLabel, labels: [String], pooling: Pooling?, keepsHead: Bool, randomness: inout Randomness
    ) throws -> Model {
        if keepsHead { return try complete(self.task()) }
        return try model(task, labels: labels, pooling: pooling, newHead: randomness.next())
    }

    /// Whether there is a head, whatever its labels.
    package func hasOwnHead() throws -> Bool { try hasHead(labels().count) }

    /// The model for `inspect`: with its own head or, for a base model, the one it would get.
    package func inspected() throws -> Model {
        if try hasOwnHead() { return try complete((try? task()) ?? .singleLabel) }
        var randomness = Randomness(seed: 0)
        return try base(
            labels: try labels(), pooling: nil, keepsHead: false, randomness: &randomness)
    }

    /// The token embeddings: their name in the file, and the matrix.
    package func tokenEmbeddings() throws -> (name: String, matrix: Matrix) {
        let (network, table) = try declared(outputs: 2, pooling: nil)
        let entry = table[network.encoder.tokenEmbeddings]
        guard let name = name(of: entry) else { throw ModelError.missing(file: weights.file, names: [entry.name]) }
        return (name, try weights.matrix(name, shape: entry.shape, rows: entry.rows, columns: entry.columns))
    }

    /// The names of the parameters in the file, without buffers.
    package var tensorNames: [String] { weights.names.filter { !isBuffer($0) } }

    private func isBuffer(_ name: String) -> Bool {
        // The last two are the causal masks of early GPT-2 files.
        [".position_ids", ".token_type_ids", ".attn.bias", ".attn.masked_bias"].contains { name.hasSuffix($0) }
    }

    /// Copies the sentence-transformers modules that define the pooling.
    package func copyModules(to target: String) throws {
        guard let pooling = modules?.pooling else { return }
        try SentenceModules.write(pooling, width: try declared(outputs: 2, pooling: nil).0.encoder.width, to: target)
    }

    private func declared(outputs: Int, pooling: Pooling?) throws -> (Network, ParameterTable) {
        var table = ParameterTable()
        let network = try family.build(configuration, outputs, pooling, &table)
        return (network, table)
    }

    /// - Parameter seed: the seed for initializing a new head; nil if the head must be in the file.
    private func model(_ task: Task, labels: [String], pooling: Pooling?, newHead seed: UInt64?) throws -> Model {
        let (network, table) = try declared(outputs: labels.count, pooling: pooling)
        let dense = seed == nil && pooling != nil ? modules?.dense : nil
        // Check before allocating anything: the sizes of a new head come from config.json, which is trusted only once the file's tensors
        // agree with it.
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

    /// Whether a base checkpoint may contain this part of the head: BERT's pooler has a name with the prefix, a classifier does not.
    private func isPretrained(_ entry: ParameterTable.Entry) -> Bool {
        ([family.prefix] + family.pretrainedHead).contains { entry.name.hasPrefix($0) }
    }

    /// The name of a parameter in the file: its own, or without the family's prefix, or with it; and each of these also with the names that
    /// TensorFlow checkpoints use for a norm's weight and bias.
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

    /// Whether a tensor may be left unused: buffers, heads of other tasks, and any part of a head, such as the file's own when a new one is
    /// made.
    private func isIgnored(_ name: String, _ table: ParameterTable) -> Bool {
        if isBuffer(name) { return true }
        let heads = [
            "cls.", "predictions.", "lm_head.", "lm_predictions.", "mask_predictions.", "sop_classifier.", "discriminator_predictions.",
            "generator_predictions.", "generator_lm_head.", "qa_outputs.", "classifier.", "pooler.", "\(family.prefix)pooler.",
        ]
        return (heads + family.ignored).contains { name.hasPrefix($0) }
    }
}
