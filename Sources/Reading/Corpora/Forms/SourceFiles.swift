import TenorFiles

/// The files that a source consists of: the file itself, or those of a folder that is a dataset.
///
/// A folder holds tables and JSON files, or a folder of text files for each label. Names say which split a file belongs to.
package struct SourceFiles: Sendable {
    package struct File: Sendable, Equatable {
        package let path: String
        /// The label of the file's text; nil if the file is not in a folder named after a label.
        package let label: String?
    }

    package let files: [File]
    /// What was found in a folder; nil for a file.
    package let warning: InputWarning?

    /// How deep folders are searched.
    private static let deepest = 4

    /// `splits`: which split to read, the best first; all if there is none. A folder whose names tell no splits is read whole.
    /// - Throws: `badFolder`, or `foreign` for Parquet and Arrow files.
    package init(_ source: String, splits: [Split] = [], wantsLabels: Bool) throws(CorpusError) {
        guard source != "-", isFolder(source) else {
            (files, warning) = ([File(path: source, label: nil)], nil)
            return
        }
        let source = withoutSlashes(source)
        if isModel(source) { throw .badFolder(source: source, .model) }
        let paths = try Self.paths(in: source)
        let isParted = paths.contains("dataset_dict.json")
        if isParted || paths.contains("state.json") && paths.contains("dataset_info.json") {
            throw .badFolder(source: source, .savedDataset(isParted: isParted))
        }
        let tables = paths.filter(Self.isTable).map { (path: $0, label: String?.none) }
        if tables.isEmpty, let path = paths.first(where: { $0.hasSuffix(".parquet") }) {
            throw .foreign(source: "\(source)/\(path)", .parquet)
        }
        let texts = paths.compactMap { path in
            Self.label(of: path, wantsLabels: wantsLabels).map { (path: path, label: wantsLabels ? $0 : nil) }
        }
        let all = tables.isEmpty ? texts : tables
        if all.isEmpty { throw .badFolder(source: source, .nothing) }

        let parts = all.map { Split(path: tables.isEmpty ? folder(of: folder(of: $0.path)) : $0.path) }
        let found = Split.allCases.filter { parts.contains($0) }
        let split = splits.first { found.contains($0) }
        if split == nil, !found.isEmpty, !splits.isEmpty { throw .badFolder(source: source, .noSplit(splits[0], found: found)) }
        let chosen = zip(all, parts).filter { split == nil || $0.1 == split }.map(\.0)
        files = chosen.map { File(path: "\(source)/\($0.path)", label: $0.label) }
        let read = Set(chosen.map(\.path))
        warning = InputWarning(
            source: source,
            kind: .folder(split, files: chosen.count, areTexts: tables.isEmpty, unread: paths.filter { !read.contains($0) }))
    }

    /// The digest of the whole source, of the digests of its files: of a file the same; of a folder that of the paths in it, each with its digest.
    func digest(of digests: [String]) -> String {
        guard let warning else { return digests[0] }
        let start = warning.source.utf8.count
        let lines = zip(files, digests).map { "\(String(decoding: $0.path.utf8.dropFirst(start), as: UTF8.self)) \($1)\n" }
        return SHA256.hexadecimal(of: Array(lines.joined().utf8))
    }

    /// The paths of the files below a folder, sorted by bytes. Hidden files and folders are left out. A folder that is not searched, because it is
    /// too deep or a model's, is one path that ends in a slash.
    private static func paths(in folder: String, below prefix: String = "", depth: Int = 1) throws(CorpusError) -> [String] {
        guard let names = ReplacingFolder.names(in: folder) else { throw .cannotOpen(source: folder, errno: errno) }
        var paths: [String] = []
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) where !name.hasPrefix(".") && name != "__MACOSX" {
            let path = "\(folder)/\(name)"
            if !isFolder(path) {
                paths.append(prefix + name)
            } else if depth == deepest || isModel(path) {
                paths.append("\(prefix)\(name)/")
            } else {
                paths += try Self.paths(in: path, below: "\(prefix)\(name)/", depth: depth + 1)
            }
        }
        return paths
    }

    private static func isTable(_ path: String) -> Bool {
        let facts = ["dataset_info.json", "dataset_infos.json", "metadata.json"]
        switch NamedForm(path) {
        case .csv, .tsv, .jsonLines, .json: return !facts.contains(path)
        case .text, .standardInput: return false
        }
    }

    /// The name of the folder that a text file is in, below at most a split's folder; nil for other files, and for texts without a label if
    /// labels are wanted.
    private static func label(of path: String, wantsLabels: Bool) -> String? {
        let names = path.split(separator: "/").map(String.init)
        let isText = names.last!.hasSuffix(".txt") || names.count > 1 && !names.last!.contains(".")
        guard isText, !path.hasSuffix("/") else { return nil }
        if !wantsLabels { return "" }
        guard names.count == 2 || names.count == 3 && Split(folder: names[0]) != nil else { return nil }
        let label = names[names.count - 2]
        // IMDB's reviews without labels are in such a folder beside the others.
        return Split(folder: label) != nil || ["unsup", "unlabeled", "unlabelled"].contains(label) ? nil : label
    }
}

/// The path of the folder that something is in; empty at the top.
private func folder(of path: String) -> String { path.split(separator: "/").dropLast().joined(separator: "/") }

/// Whether the folder is one that models are saved in.
private func isModel(_ folder: String) -> Bool {
    ["config.json", "modules.json", OwnFolder.model.file].contains { access("\(folder)/\($0)", F_OK) == 0 }
}

private func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}
