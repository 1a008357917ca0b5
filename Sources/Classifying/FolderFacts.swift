import TenorFiles
import TenorLayers
import TenorMeasuring
import TenorModeling
import TenorReading

/// The contents of a model folder, for `tenor inspect`.
package struct FolderFacts: Sendable {
    private let path: String
    private let model: Model
    private let modelType: String
    /// The labels of the folder's own head; empty for a base.
    private let labels: [String]
    private let pooling: Pooling
    private let dtypes: [String]
    /// For a folder that Tenor wrote, its kind, such as "tuned".
    private let kind: String?
    private let tokenizer: TokenizerFacts
    /// Messages about settings that are not read.
    private let warnings: [String]
    private let files: [(name: String, size: Int)]
    private let costs: [(policy: String, memory: MemoryEstimate)]
    private let longestUsual: Int

    private struct TokenizerFacts: Sendable {
        let name: String
        let reasons: [String]
        let warnings: [String]
        let conflict: String?

        init(_ path: String) {
            do {
                let found = try loadTokenizer(folder: path)
                name = "\(found.kind.name), \(found.vocabularySize) tokens"
                (reasons, warnings) = (found.kind.reasons, found.kind.warnings)
                conflict = vocabularyConflict(of: found, in: path)
            } catch {
                (name, reasons, warnings, conflict) = ("cannot be used: \(error)", [], [], nil)
            }
        }
    }

    package init(_ path: String) throws {
        self.path = path
        let folder = try ModelFolder(path)
        let model = try folder.inspected()
        self.model = model
        modelType = try folder.configuration.modelType
        labels = try folder.hasOwnHead() ? model.labels : []
        pooling = folder.modules?.pooling ?? model.head.pooling
        dtypes = Set(folder.weights.names.compactMap { folder.weights.dtype(of: $0)?.rawValue }).sorted()
        kind = try TunedFacts(folder: path)?.json["kind"]?.string
        tokenizer = TokenizerFacts(path)
        warnings = folder.warnings + tokenizer.warnings
        files = Self.files(in: ModelPlace(path).encoder)
        let blocks = model.encoder.blockCount
        let longest = min(512, model.encoder.longestSequence)
        longestUsual = longest
        let policies: [(String, Unfreezing)] = [("none", .none)] + (blocks > 2 ? [("top:2", .top(2))] : []) + [("all", .all)]
        costs = policies.map { name, policy in
            let boundary = policy.boundary(epoch: 0, of: 1, blocks: blocks)
            return (name, MemoryEstimate(model, above: boundary, longest: longest, threads: processorCount()))
        }
    }

    private var parameters: Int { model.table.entries.reduce(0) { $0 + $1.count } }
    private var vocabulary: Int { model.table[model.encoder.tokenEmbeddings].rows }
    /// Nil for XLNet, whose texts have no limit: the number that stands for that means nothing to a user.
    private var longestText: Int? { model.encoder.longestSequence < Int(Int32.max) ? model.encoder.longestSequence : nil }

    package var json: String {
        func number(_ value: Int) -> JSON { .number(JSON.Number(value)) }
        var sizes = JSON.Object()
        for (name, size) in files { sizes[name] = number(size) }
        var memory = JSON.Object()
        for (policy, cost) in costs { memory[policy] = number(cost.bytes) }
        let facts: JSON = [
            "folder": .string(path), "family": .string(modelType), "architecture": .string(model.family.architecture),
            "parameters": number(parameters), "layers": number(model.encoder.blockCount), "width": number(model.encoder.width),
            "vocabulary_rows": number(vocabulary), "longest_text": longestText.map(number) ?? .null,
            "tokenizer": .string(tokenizer.name), "tokenizer_reasons": .array(tokenizer.reasons.map { .string($0) }),
            "tokenizer_conflict": tokenizer.conflict.map { .string($0) } ?? .null,
            "warnings": .array(warnings.map { .string($0) }), "labels": .array(labels.map { .string($0) }),
            "pooling": .string(pooling.rawValue),
            "dtypes": .array(dtypes.map { .string($0) }), "files": .object(sizes), "tuning_memory_bytes": .object(memory),
        ]
        return facts.serialized(.indented)
    }

    /// One line per fact: its name and its value.
    private var lines: [(name: String, value: String)] {
        var lines: [(String, String)] = [
            ("family", "\(modelType) (\(model.family.architecture))"), ("parameters", grouped(parameters)),
            ("layers", "\(model.encoder.blockCount)"), ("width", "\(model.encoder.width)"), ("vocabulary", "\(grouped(vocabulary)) rows"),
            ("longest text", longestText.map { "\($0) tokens" } ?? "no limit"), ("tokenizer", tokenizer.name),
        ]
        lines += (tokenizer.reasons + [tokenizer.conflict].compactMap { $0 }).map { ("", $0) }
        lines += [
            ("labels", labels.isEmpty ? "none: this is a base, without a classifier" : listed(labels))
        ]
        lines += LabelSetCheck(labels).warnings.map { ("", "\($0)") }
        lines += [
            ("pooling", pooling.rawValue), ("weights", dtypes.joined(separator: ", ")),
        ]
        lines += zip(0..., warnings).map { ($0 == 0 ? "warnings" : "", messageLine($1)) }
        if let kind { lines.append(("made by", "tenor, \(kind)")) }
        lines += zip(0..., files).map { ($0 == 0 ? "files" : "", "\($1.name)  \(grouped($1.size)) bytes") }
        lines += zip(0..., costs).map { index, cost in
            let states = cost.memory.states > 0 ? ", \(grouped(cost.memory.states >> 20)) of them for cached activations of many texts" : ""
            return (
                index == 0 ? "tuning" : "", "\(cost.policy): up to about \(grouped(cost.memory.bytes >> 20)) MB of memory\(states)"
            )
        }
        let threads = processorCount()
        lines.append(("", "with texts of \(longestUsual) tokens, in batches of 32, on \(threads) threads; short texts take less"))
        return lines
    }

    package var text: String {
        let lines = lines
        let width = lines.map(\.name.count).max() ?? 0
        return lines.map { $0.name + String(repeating: " ", count: width - $0.name.count) + "  " + oneLine($0.value) + "\n" }.joined()
    }

    private static func files(in path: String) -> [(name: String, size: Int)] {
        var files: [(String, Int)] = []
        for name in (ReplacingFolder.names(in: path) ?? []).filter({ !$0.hasPrefix(".") }).sorted() {
            var status = stat()
            if stat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG { files.append((name, Int(status.st_size))) }
        }
        return files
    }
}
