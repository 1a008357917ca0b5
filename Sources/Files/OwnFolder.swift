/// The kinds of folders that this program writes, each recognized by a key in a JSON file. Only such folders are replaced or removed.
package enum OwnFolder: Sendable {
    /// A tuned, transplanted or quantized model folder.
    case model
    /// The state of an interrupted run.
    case checkpoint
    /// The parts of a table that was split.
    case split

    /// The file that identifies a folder of this kind.
    package var file: String {
        switch self {
        case .model: "tenor.json"
        case .checkpoint: "state.json"
        case .split: "split.json"
        }
    }

    private var key: String {
        switch self {
        case .model: "format_version"
        case .checkpoint: "fingerprint"
        case .split: "sha256_of_rows"
        }
    }

    /// Whether a folder of this kind is at `path`. A link to one does not count.
    package func isFolder(at path: String) -> Bool {
        guard Self.kind(path) == S_IFDIR, Self.kind("\(path)/\(file)") == S_IFREG else { return false }
        return (try? JSON(readingFile: "\(path)/\(file)"))?.object?[key] != nil
    }

    private static func kind(_ path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
