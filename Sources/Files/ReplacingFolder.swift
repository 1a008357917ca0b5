/// Writes a folder completely or not at all: beside the target, then synced to disk, then moved into place.
///
/// An old folder is exchanged with the new one in a single step and then removed, so that a power failure leaves either of them complete
/// under the name. If the file system cannot exchange two names, the old folder is first moved aside, and moved back if the new one cannot
/// take its place. If the program is killed in between, the next run that is given the path moves it back.
package enum ReplacingFolder {
    /// Lets `fill` write into a new folder, whose path it receives, and moves that folder to `path`.
    ///
    /// Anything that already exists at `path` is an error, except an empty folder or a folder of the kind that may be replaced. The new
    /// folder takes over the old one's permissions. If `fill` throws, the error is rethrown and nothing has changed.
    ///
    /// - Parameter replaced: the kind of folder that may be replaced; nil for none.
    package static func write(to path: String, replacing replaced: OwnFolder?, _ fill: (String) throws -> Void) throws {
        let place = try FolderPlace(path, replacing: replaced)
        let temporary = try TemporaryPlace(folderBeside: place.parent, for: path)
        defer { temporary.release() }
        do {
            try fill(temporary.path)
            try place.passPermissions(to: temporary.path)
            try syncTree(temporary.path, for: path)
            try Unfinished.whole { () throws(FileError) in try put(temporary.path, in: place) }
        } catch {
            removeTree(temporary.path)
            throw error
        }
    }

    /// Throws before the work what ``write(to:replacing:_:)`` would otherwise throw after it, and removes what killed runs left beside the
    /// target.
    ///
    /// - Parameter inputs: files and folders that the work reads. They must not lie in the folder that is replaced.
    package static func check(_ path: String, replacing replaced: OwnFolder?, inputs: [String]) throws {
        Leftovers.remove(beside: path)
        let place = try FolderPlace(path, replacing: replaced)
        try checkBeside(place.path)
        if place.isOccupied { try place.checkHoldsNone(of: inputs) }
    }

    private static func put(_ temporary: String, in place: FolderPlace) throws(FileError) {
        guard place.isOccupied else {
            // This also replaces an empty folder, but never a non-empty one that has appeared in the meantime.
            guard rename(temporary, place.path) == 0 else { throw .unwritable(file: place.path, reason: systemMessage(errno)) }
            return try syncFolder(place.parent, for: place.path)
        }
        if exchange(temporary, place.path) {
            try syncFolder(place.parent, for: place.path)
            removeTree(temporary)
            return
        }
        // If the program is killed between the two renames, the next run finds the old folder under this name.
        guard rename(place.path, place.aside) == 0 else { throw .unwritable(file: place.path, reason: systemMessage(errno)) }
        guard rename(temporary, place.path) == 0 else {
            let reason = systemMessage(errno)
            rename(place.aside, place.path)
            throw .unwritable(file: place.path, reason: reason)
        }
        try syncFolder(place.parent, for: place.path)
        remove(place.aside)
    }

    /// Removes a folder after giving it a temporary name: if the program is killed in the meantime, the next run removes the rest, and no
    /// partial folder remains under the original name.
    package static func remove(_ folder: String) {
        let passing = folderPath(of: folder) + TemporaryPlace.freshName()
        removeTree(rename(folder, passing) == 0 ? passing : folder)
    }

    /// Swaps two names in one step; false if the system or the file system cannot do that.
    private static func exchange(_ a: String, _ b: String) -> Bool {
        // Not in the headers that Swift sees, and not in every C library.
        typealias Rename = @convention(c) (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>, UInt32) -> Int32
        guard let symbol = dlsym(nil, "renameat2") else { return false }
        let renameExchange: UInt32 = 2
        return unsafeBitCast(symbol, to: Rename.self)(AT_FDCWD, a, AT_FDCWD, b, renameExchange) == 0
    }

    /// The names in a folder; nil if it cannot be read or is not a folder.
    package static func names(in folder: String) -> [String]? {
        guard let stream = opendir(folder) else { return nil }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Waits until every file and folder is on disk.
    ///
    /// - Parameter target: the path that messages name.
    private static func syncTree(_ folder: String, for target: String) throws {
        for name in names(in: folder) ?? [] {
            let path = "\(folder)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0 else { throw FileError.unwritable(file: target, reason: systemMessage(errno)) }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try syncTree(path, for: target)
            case S_IFREG:
                let descriptor = open(path, O_RDONLY | O_CLOEXEC)
                guard descriptor >= 0 else { throw FileError.unwritable(file: target, reason: systemMessage(errno)) }
                try OutputFile(descriptor: descriptor, path: target).close { _ in }
            default: break
            }
        }
        try syncFolder(folder, for: target)
    }

    /// Removes a folder and its contents. Links are removed, but not what they point to. What cannot be removed stays, because the new
    /// folder is already in place by then.
    package static func removeTree(_ folder: String) {
        for name in names(in: folder) ?? [] {
            let path = "\(folder)/\(name)"
            var status = stat()
            if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                removeTree(path)
            } else {
                unlink(path)
            }
        }
        // `folder` may also be a file.
        if rmdir(folder) != 0, errno == ENOTDIR { unlink(folder) }
    }
}
