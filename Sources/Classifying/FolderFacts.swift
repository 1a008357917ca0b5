import TenorFiles
import TenorLayers
import TenorModeling
import TenorReading

/// What a model folder holds, for `tenor inspect`.
package struct FolderFacts: Sendable {
    private let facts: JSON.Object
    private let lines: [(name: String, value: String)]

    package init(_ path: String) throws {
        let folder = try ModelFolder(path)
        let model = try folder.inspected()
        let table = model.table
        func count(_ isIncluded: (ParameterTable.Entry) -> Bool) -> Int { table.entries.filter(isIncluded).reduce(0) { $0 + $1.count } }
        let parameters = count { _ in true }
        let blocks = model.encoder.blockCount
        var tokenizer = "none"
        var reasons: [String] = []
        var conflict: String?
        do {
            let found = try loadTokenizer(folder: path)
            tokenizer = "\(found.kind.name), \(found.vocabularySize) pieces"
            reasons = found.kind.reasons
            conflict = vocabularyConflict(of: found, in: path)
        } catch {
            tokenizer = "cannot be used: \(error)"
        }
        var files: [(String, Int)] = []
        for name in Self.fileNames(path) {
            var status = stat()
            if stat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG { files.append((name, Int(status.st_size))) }
        }
        let policies: [(String, Unfreezing)] =
            [("none", .none)] + (blocks > 2 ? [("top:2", .top(2))] : []) + [("all", .all)]
        let longestUsual = min(512, model.encoder.longestSequence)
        let costs = policies.map { name, policy in
            let boundary = policy.boundary(epoch: 0, of: 1, blocks: blocks)
            return (name, MemoryEstimate(model, above: boundary, longest: longestUsual, threads: processorCount()))
        }
        let modelType = try folder.configuration.modelType
        let dtypes = Set(folder.weights.names.compactMap { folder.weights.dtype(of: $0)?.rawValue }).sorted()
        let kind = try TunedFacts(folder: path)?.json["kind"]?.string
        let labels = try folder.hasOwnHead() ? model.labels : []
        // XLNet's positions have no end, and the number that stands for that says nothing to a person.
        let longest = model.encoder.longestSequence < Int(Int32.max) ? model.encoder.longestSequence : nil
        var lines: [(String, String)] = [
            ("family", "\(modelType) (\(model.family.architecture))"), ("parameters", grouped(parameters)), ("layers", "\(blocks)"),
            ("width", "\(model.encoder.width)"), ("vocabulary", "\(grouped(table[model.encoder.tokenEmbeddings].rows)) rows"),
            ("longest text", longest.map { "\($0) tokens" } ?? "no limit"), ("tokenizer", tokenizer),
        ]
        lines += (reasons + [conflict].compactMap { $0 }).map { ("", $0) }
        lines += [
            ("labels", labels.isEmpty ? "none: this is a base, without a classifier" : labels.joined(separator: ", ")),
            ("pooling", (folder.modules?.pooling ?? model.head.pooling).rawValue), ("weights", dtypes.joined(separator: ", ")),
        ]
        if let kind { lines.append(("made by", "tenor, \(kind)")) }
        lines += zip(0..., files).map { ($0 == 0 ? "files" : "", "\($1.0)  \(grouped($1.1)) bytes") }
        lines += zip(0..., costs).map { index, cost in
            let states = cost.1.states > 0 ? ", \(grouped(cost.1.states >> 20)) of them for the states of many texts" : ""
            return (index == 0 ? "tuning" : "", "--unfreeze \(cost.0): up to about \(grouped(cost.1.bytes >> 20)) MB of memory\(states)")
        }
        lines.append(("", "with texts of \(longestUsual) tokens, in batches of 32, on \(processorCount()) threads; short texts take less"))
        self.lines = lines
        func number(_ value: Int) -> JSON { .number(JSON.Number(value)) }
        var json: JSON.Object = [
            "folder": .string(path), "family": .string(modelType), "architecture": .string(model.family.architecture),
            "parameters": number(parameters), "layers": number(blocks), "width": number(model.encoder.width),
            "vocabulary_rows": number(table[model.encoder.tokenEmbeddings].rows), "longest_text": longest.map(number) ?? .null,
            "tokenizer": .string(tokenizer), "tokenizer_reasons": .array(reasons.map { .string($0) }),
            "tokenizer_conflict": conflict.map { .string($0) } ?? .null,
            "labels": .array(labels.map { .string($0) }), "pooling": .string((folder.modules?.pooling ?? model.head.pooling).rawValue),
            "dtypes": .array(dtypes.map { .string($0) }),
        ]
        var sizes = JSON.Object()
        for (name, size) in files { sizes[name] = number(size) }
        json["files"] = .object(sizes)
        var memory = JSON.Object()
        for (name, cost) in costs { memory[name] = number(cost.bytes) }
        json["tuning_memory_bytes"] = .object(memory)
        facts = json
    }

    package var json: String { JSON.object(facts).serialized(pretty: true) }

    package var text: String {
        let width = lines.map(\.name.count).max() ?? 0
        return lines.map { $0.name + String(repeating: " ", count: width - $0.name.count) + "  " + oneLine($0.value) + "\n" }.joined()
    }

    private static func fileNames(_ path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) } }
            )
        }
        return names.filter { !$0.hasPrefix(".") }.sorted()
    }
}

/// 1,234,567.
package func grouped(_ value: Int) -> String {
    var groups: [String] = []
    var rest = value
    while rest >= 1000 {
        let part = String(rest % 1000)
        groups.insert(String(repeating: "0", count: 3 - part.count) + part, at: 0)
        rest /= 1000
    }
    return ([String(rest)] + groups).joined(separator: ",")
}
