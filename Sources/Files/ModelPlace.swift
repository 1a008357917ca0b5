/// How a model folder is laid out.
package struct ModelPlace: Sendable {
    /// The folder itself, or in the cache of a model hub, where files of several versions lie, the version that `refs/main` names.
    package let root: String
    /// Where config.json, the weights and the tokenizer are: the root or, in a sentence-transformers folder, the subfolder of its
    /// Transformer.
    package let encoder: String

    package init(_ folder: String) {
        root = Self.snapshot(of: folder) ?? folder
        encoder = Self.transformer(in: root).map { [root] in "\(root)/\($0)" } ?? root
    }

    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private static func snapshot(of folder: String) -> String? {
        let reference = "\(folder)/refs/main"
        guard !isFile("\(folder)/config.json"), isFile(reference), let file = try? MappedFile(reference), file.count <= 100 else {
            return nil
        }
        let name = file.withBytes { String(decoding: $0, as: UTF8.self) }.filter { !$0.isWhitespace }
        // A commit, and no way out of the cache.
        guard !name.isEmpty, name.utf8.allSatisfy({ isHexadecimal($0) }) else { return nil }
        return "\(folder)/snapshots/\(name)"
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    /// The subfolder that modules.json gives for the module `Transformer`, if the folder has no config.json of its own.
    private static func transformer(in folder: String) -> String? {
        guard !isFile("\(folder)/config.json"), isFile("\(folder)/modules.json"),
            let modules = (try? JSON(readingFile: "\(folder)/modules.json"))?.array
        else { return nil }
        let module = modules.first { $0["type"]?.string?.split(separator: ".").last == "Transformer" }
        guard let path = module?["path"]?.string, !path.isEmpty, !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
            return nil
        }
        return path
    }
}
