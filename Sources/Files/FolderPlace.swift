/// Where a folder is to be written, looked at before anything is written.
struct FolderPlace {
    /// Of a link, the folder that it leads to.
    let path: String
    /// With its slash; empty for the working folder.
    let parent: String
    /// Whether a folder with something in it is there, which may be replaced.
    let isOccupied: Bool
    /// Of the folder that is there, as `stat` gives them.
    private let permissions: mode_t?
    private let given: String

    /// - Throws: that something is there which may not be replaced.
    init(_ given: String, replacing replaced: OwnFolder?) throws(FileError) {
        self.given = given
        let path = withoutSlashes(given)
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard [ENOENT, ENOTDIR, ENAMETOOLONG].contains(errno) else { throw .unwritable(file: given, reason: systemMessage(errno)) }
            self.path = path
            parent = folderPath(of: path)
            (isOccupied, permissions) = (false, nil)
            return
        }
        guard let real = resolved(path) else { throw .unwritable(file: given, reason: systemMessage(errno)) }
        self.path = real
        parent = folderPath(of: real)
        guard let names = ReplacingFolder.names(in: real) else {
            throw .unwritable(file: given, reason: "it is a file, a folder's name is needed")
        }
        guard stat(real, &status) == 0 else { throw .unwritable(file: given, reason: systemMessage(errno)) }
        permissions = status.st_mode & 0o7777
        isOccupied = !names.isEmpty
        guard isOccupied else { return }
        guard let replaced else { throw .exists(path: given) }
        guard let current = resolved(".") else { throw .unwritable(file: given, reason: systemMessage(errno)) }
        guard !isInside(current, real) else {
            throw .unwritable(
                file: given, reason: "the program is running in this folder, which would be replaced with all that is in it")
        }
        guard replaced.isFolder(at: real) else { throw .notReplaced(path: given, missing: replaced.file) }
    }

    /// - Throws: that one of the inputs lies in the folder.
    func checkHoldsNone(of inputs: [String]) throws(FileError) {
        for input in inputs where input != "-" {
            let named = folderPath(of: input)
            let places = [resolved(input), resolved(named.isEmpty ? "." : named)]
            if places.contains(where: { $0.map { isInside($0, path) } ?? false }) {
                throw .holdsInput(path: given, input: input)
            }
        }
    }

    /// Gives `folder` the permissions of the one that it replaces.
    func passPermissions(to folder: String) throws(FileError) {
        guard let permissions else { return }
        guard chmod(folder, permissions) == 0 else { throw .unwritable(file: given, reason: systemMessage(errno)) }
    }

    /// The name under which the folder waits while another takes its place, where the file system cannot exchange the two.
    var aside: String { Self.aside(path) }

    private static func aside(_ path: String) -> String {
        let name = path.dropFirst(folderPath(of: path).utf8.count)
        return folderPath(of: path) + ".tenor-old-" + String(fnv1a(name.utf8), radix: 16)
    }

    /// Moves a folder back that a killed program left under its ``aside`` name, or removes it where its successor is in place.
    static func recover(_ path: String) {
        let path = withoutSlashes(path)
        let aside = aside(path)
        guard [OwnFolder.model, .checkpoint].contains(where: { $0.isFolder(at: aside) }) else { return }
        var status = stat()
        if lstat(path, &status) == 0 {
            ReplacingFolder.remove(aside)
        } else {
            rename(aside, path)
        }
    }
}

/// The absolute path without links; nil where there is nothing.
private func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
}

/// The path without slashes at its end; the root keeps its own.
package func withoutSlashes(_ path: String) -> String {
    var path = path
    while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
}

/// Whether a path is that of `folder` or below it.
private func isInside(_ path: String, _ folder: String) -> Bool {
    (path + "/").hasPrefix(folder == "/" ? "/" : folder + "/")
}

/// Fowler, Noll and Vo's hash, 64 bits (FNV-1a).
private func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}
