import ArgumentParser
import TenorFiles

/// Where a command reads its model and where it writes, checked before there is work to lose. Nothing is overwritten unless the user asks
/// for it.
enum Places {
    static func checkModel(_ path: String) throws {
        try checkTokenizer(path)
        let folder = ModelPlace(path).encoder
        let file = "\(folder)/config.json"
        if kind(file) == nil, kind("\(folder)/adapter_config.json") != nil {
            let needed = "the whole model is needed: merge it into its base with peft and save that"
            throw FileError.foreign(file: path, what: "is a LoRA adapter, \(needed)")
        }
        if kind(file) == nil { throw FileError.missing(path: file, needed: "the description of a model") }
    }

    static func checkTokenizer(_ path: String) throws {
        switch kind(path) {
        case nil: throw FileError.missing(path: path, needed: "a model folder")
        case S_IFDIR?: return
        default: throw FileError.notAFolder(path: path)
        }
    }

    /// With `force`, a file may be replaced, unless it is one of the inputs.
    static func checkFile(_ path: String, force: Bool, inputs: [String]) throws {
        try checkNamed(path, "a file's")
        guard kind(path) != S_IFDIR else { throw FileError.unwritable(file: path, reason: "it is a directory, a file's name is needed") }
        guard force || kind(path) == nil else { throw FileError.exists(path: path) }
        if let own = identity(path), inputs.contains(where: { identity($0) == own }) { throw FileError.isInput(path: path) }
        try ReplacingFile.check(path)
        Leftovers.remove(beside: path)
    }

    /// An empty folder may be filled. With `force`, a folder that Tenor wrote may be replaced, unless an input lies in it.
    static func checkFolder(_ path: String, force: Bool, inputs: [String]) throws {
        try checkNamed(path, "a folder's")
        try ReplacingFolder.check(path, replacing: force ? .model : nil, inputs: inputs)
    }

    /// An empty folder may be filled. With `force`, the parts of a table that Tenor split may be replaced, unless the input is one of them.
    static func checkParts(_ path: String, force: Bool, input: String) throws {
        try checkNamed(path, "a folder's")
        try ReplacingFolder.check(path, replacing: force ? .split : nil, inputs: [input])
    }

    /// What tells a file from all others, whatever it is called; nil if there is none.
    private static func identity(_ path: String) -> [UInt64]? {
        var status = stat()
        return stat(path, &status) == 0 ? [UInt64(status.st_dev), UInt64(status.st_ino)] : nil
    }

    private static func checkNamed(_ path: String, _ needed: String) throws {
        if path.isEmpty { throw ValidationError("the output's name is empty, \(needed) is needed") }
    }

    private static func kind(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
