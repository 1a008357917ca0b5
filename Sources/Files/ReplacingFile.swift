/// Writes a file completely or not at all: to a temporary file beside the target, which is synced to disk and then renamed.
///
/// Anyone who opens the path sees either the old bytes or the new ones, and a mapping of the old file keeps its bytes. If writing fails,
/// for example because the disk is full, the old file stays and the partial new one is removed.
package enum ReplacingFile {
    package static func write(
        to path: String, _ body: (borrowing OutputFile) throws -> Void
    ) throws {
        let folder = folderPath(of: path)
        // A folder that is itself unfinished is synced as a whole.
        let waits = !Unfinished.contains(String(folder.dropLast()))
        let temporary = try TemporaryPlace(fileBeside: folder, for: path)
        defer { temporary.release() }
        do {
            var old = stat()
            if lstat(path, &old) == 0, old.st_mode & S_IFMT == S_IFREG { fchmod(temporary.descriptor, old.st_mode & 0o7777) }
            // `temporary` keeps its own descriptor, and the lock with it, until the file has its final name.
            let descriptor = dup(temporary.descriptor)
            guard descriptor >= 0 else { throw FileError.unwritable(file: path, reason: systemMessage(errno)) }
            try OutputFile(descriptor: descriptor, path: path).close(waiting: waits, after: body)
            guard rename(temporary.path, path) == 0 else { throw FileError.unwritable(file: path, reason: systemMessage(errno)) }
            if waits { try syncFolder(folder, for: path) }
        } catch {
            unlink(temporary.path)
            throw error
        }
    }

    /// Throws before the work what ``write(to:_:)`` would otherwise throw after it.
    package static func check(_ path: String) throws(FileError) { try checkBeside(path) }

    package static func write(_ bytes: some Collection<UInt8>, to path: String) throws {
        let bytes = Array(bytes)
        try write(to: path) { file in try bytes.withUnsafeBytes { try file.write($0) } }
    }
}

/// `close`, which inside ``OutputFile`` would be the method.
@discardableResult
func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }

/// Starts writing a file's data to disk, so that less remains to wait for at the end. Does nothing where that is not supported.
func startWriting(_ descriptor: Int32) {
    // Not in the headers that Swift sees, and not in every C library.
    typealias Start = @convention(c) (Int32, Int64, Int64, UInt32) -> Int32
    guard let symbol = dlsym(nil, "sync_file_range") else { return }
    let write: UInt32 = 2
    _ = unsafeBitCast(symbol, to: Start.self)(descriptor, 0, 0, write)
}

/// The path up to and including its last slash; empty if it has none.
package func folderPath(of path: String) -> String { path.lastIndex(of: "/").map { String(path[...$0]) } ?? "" }

/// - Throws: if nothing can be written beside `path`, or if a name that is written there would be too long for the file system.
func checkBeside(_ path: String) throws(FileError) {
    func fail(_ reason: String) throws(FileError) -> Never { throw .unwritable(file: path, reason: reason) }
    let folder = folderPath(of: path)
    let parent = folder.isEmpty ? "." : withoutSlashes(folder)
    var status = stat()
    guard stat(parent, &status) == 0 else {
        try fail(errno == ENOENT ? "there is no folder '\(parent)', it is needed first" : systemMessage(errno))
    }
    guard status.st_mode & S_IFMT == S_IFDIR else { try fail("'\(parent)' is no folder, one is needed") }
    guard access(parent, W_OK | X_OK) == 0 else { try fail("in '\(parent)': \(systemMessage(errno))") }
    for name in ["\(path).checkpoint", "\(folder)\(TemporaryPlace.longestName)/1_Pooling/\(TemporaryPlace.longestName)"]
    where lstat(name, &status) != 0 && errno == ENAMETOOLONG {
        try fail(systemMessage(ENAMETOOLONG))
    }
}

/// Waits until a folder's entries are on disk.
///
/// - Parameter target: the path that messages name.
func syncFolder(_ path: String, for target: String) throws(FileError) {
    let descriptor = open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .unwritable(file: target, reason: systemMessage(errno)) }
    defer { close(descriptor) }
    // Some file systems cannot sync folders and report EINVAL.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw .unwritable(file: target, reason: systemMessage(errno)) }
}
