/// The place where a folder is to be written, checked before anything is written.
struct FolderPlace {
    /// If the given path is a link, the folder that it points to.
    let path: String
    /// With a trailing slash; empty for the working directory.
    let parent: String
    /// Whether a non-empty folder is there that may be replaced.
    let isOccupied: Bool
    /// The existing folder's permission bits; nil if there is no folder.
    private let permissions: mode_t?
    private let given: String

    /// - Throws: if what is there must not be replaced.
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

    /// - Throws: if one of the inputs lies in the folder.
    func checkHoldsNone(of inputs: [String]) throws(FileError) {
        for input in inputs where input != "-" {
            let named = folderPath(of: input)
            let places = [resolved(input), resolved(named.isEmpty ? "." : named)]
            if places.contains(where: { $0.map { isInside($0, path) } ?? false }) {
                throw .holdsInput(path: given, input: input)
            }
        }
    }

    /// Gives `folder` the permissions of the folder that it replaces.
    func passPermissions(to folder: String) throws(FileError) {
        guard let permissions else { return }
        guard chmod(folder, permissions) == 0 else { throw .unwritable(file: given, reason: systemMessage(errno)) }
    }

    /// The old folder's temporary name while the new one takes its place, on file systems that cannot exchange the two.
    var aside: String { Self.aside(path) }

    private static func aside(_ path: String) -> String {
        let name = path.dropFirst(folderPath(of: path).utf8.count)
        return folderPath(of: path) + ".tenor-old-" + String(fnv1a(name.utf8), radix: 16)
    }

    /// Moves a folder back that a killed program left under its ``aside`` name, or removes it if its replacement is in place.
    static func recover(_ path: String) {
        let path = withoutSlashes(path)
        let aside = aside(path)
        guard [OwnFolder.model, .checkpoint, .split].contains(where: { $0.isFolder(at: aside) }) else { return }
        var status = stat()
        if lstat(path, &status) == 0 {
            ReplacingFolder.remove(aside)
        } else {
            rename(aside, path)
        }
    }
}

/// The absolute path without links; nil if nothing is there.
package func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
}

/// The path without trailing slashes; the root keeps its slash.
package func withoutSlashes(_ path: String) -> String {
    var path = path
    while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
}

/// Whether a path is `folder` or lies below it.
private func isInside(_ path: String, _ folder: String) -> Bool {
    (path + "/").hasPrefix(folder == "/" ? "/" : folder + "/")
}

/// 64-bit FNV-1a, the hash of Fowler, Noll and Vo.
private func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}
