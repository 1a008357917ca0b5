/// Writes a file completely or not at all, in one run or several.
///
/// What is appended waits in memory until ``save(_:)`` puts it into the folder `PATH.checkpoint` beside the target, with facts that say how
/// far the work is. A run that is interrupted leaves this folder, and the next one continues after what was saved. ``finish(_:)`` moves the
/// file to its place and removes the folder. Work that ends before it was ever saved leaves no folder.
package final class ResumableFile {
    package let path: String
    /// The facts that were saved last; nil if the work starts from the beginning.
    package let facts: JSON.Object?
    private let folder: String
    private let fingerprint: String
    /// The file in the folder, open for writing; nil before anything is saved.
    private var descriptor: Int32?
    private var waiting: [UInt8] = []
    /// The bytes in the file.
    private var length = 0
    private let clock = ContinuousClock()
    private var lastSave: ContinuousClock.Instant

    private static let formatVersion = 1
    private static let content = "content"
    private static let mostWaiting = 4 << 20

    /// Looks for what an interrupted run left. Nothing is written yet.
    ///
    /// - Parameters:
    ///   - fingerprint: identifies what the file's content depends on.
    ///   - needed: what that is, for messages.
    ///   - resumes: whether to continue from what an interrupted run saved, if there is anything.
    ///   - replaces: whether an interrupted run's work may be replaced.
    /// - Throws: if an interrupted run's work is there and may be neither continued nor replaced, if it was another run, or if something
    ///   else has the folder's name.
    package init(_ path: String, fingerprint: String, of needed: String, resumes: Bool, replaces: Bool) throws {
        self.path = path
        self.fingerprint = fingerprint
        folder = Self.folder(beside: path)
        lastSave = clock.now
        Leftovers.remove(beside: folder)
        var status = stat()
        guard lstat(folder, &status) == 0 else {
            facts = nil
            return
        }
        guard OwnFolder.checkpoint.isFolder(at: folder) else { throw CheckpointError.notACheckpoint(path: folder) }
        guard resumes else {
            guard replaces else { throw CheckpointError.unfinishedRun(path: folder) }
            facts = nil
            return
        }
        let file = "\(folder)/\(OwnFolder.checkpoint.file)"
        guard let state = try JSON(readingFile: file).object, state["fingerprint"]?.string == fingerprint,
            state["format_version"]?.int == Self.formatVersion, let length = state["bytes"]?.int, let facts = state["facts"]?.object
        else { throw CheckpointError.otherRun(path: file, needed: needed) }
        self.facts = facts
        try open()
        try truncate(to: length)
    }

    deinit { if let descriptor { close(descriptor) } }

    private static func folder(beside path: String) -> String { withoutSlashes(path) + ".checkpoint" }

    /// Whether the file is complete at its place, and its run was killed before it removed the folder.
    package static func isComplete(_ path: String) -> Bool {
        let folder = folder(beside: path)
        return access(path, F_OK) == 0 && OwnFolder.checkpoint.isFolder(at: folder)
            && ReplacingFolder.names(in: folder) == [OwnFolder.checkpoint.file]
    }

    /// Removes the folder of a file that ``isComplete(_:)``.
    package static func removeCheckpoint(of path: String) { ReplacingFolder.remove(folder(beside: path)) }

    /// Where the content is before the file is finished, once it was saved.
    package var unfinished: String { "\(folder)/\(Self.content)" }

    /// Removes what was saved, of a file that is of no more use.
    package func discard() { ReplacingFolder.remove(folder) }

    package func append(_ bytes: some Sequence<UInt8>) { waiting.append(contentsOf: bytes) }

    /// Whether more than a second, or four megabytes, would be lost if the program ended now.
    package var isWorthSaving: Bool { waiting.count >= Self.mostWaiting || lastSave.duration(to: clock.now) > .seconds(1) }

    /// Puts what was appended on disk, together with facts that say how far the work is.
    package func save(_ facts: JSON.Object) throws {
        defer { lastSave = clock.now }
        guard descriptor == nil else {
            try writeWaiting()
            return try write(facts, to: folder)
        }
        length = waiting.count
        try ReplacingFolder.write(to: folder, replacing: .checkpoint) { folder in
            try ReplacingFile.write(waiting, to: "\(folder)/\(Self.content)")
            try write(facts, to: folder)
        }
        waiting = []
        try open()
        try truncate(to: length)
    }

    /// Gives the file its name.
    package func finish() throws {
        guard descriptor != nil else {
            try ReplacingFile.write(waiting, to: path)
            // What another run left, and this one may replace.
            if OwnFolder.checkpoint.isFolder(at: folder) { ReplacingFolder.remove(folder) }
            return
        }
        try writeWaiting()
        var old = stat()
        if lstat(path, &old) == 0, old.st_mode & S_IFMT == S_IFREG { fchmod(descriptor!, old.st_mode & 0o7777) }
        guard rename("\(folder)/\(Self.content)", path) == 0 else { throw unwritable }
        try syncFolder(folderPath(of: path), for: path)
        ReplacingFolder.remove(folder)
    }

    private var unwritable: FileError { .unwritable(file: path, reason: systemMessage(errno)) }

    private func open() throws {
        let opened = Glibc.open("\(folder)/\(Self.content)", O_WRONLY | O_CLOEXEC)
        guard opened >= 0 else { throw unwritable }
        descriptor = opened
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK else { throw CheckpointError.inUse(path: folder) }
    }

    /// Drops what was written after the last save.
    private func truncate(to length: Int) throws {
        var status = stat()
        guard fstat(descriptor!, &status) == 0 else { throw unwritable }
        guard (0...Int(status.st_size)).contains(length) else {
            throw FileError.foreign(
                file: "\(folder)/\(Self.content)", what: "has \(status.st_size) bytes, the \(length) that were saved are needed")
        }
        guard ftruncate(descriptor!, length) == 0 else { throw unwritable }
        self.length = length
    }

    private func writeWaiting() throws {
        try waiting.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count {
                // At the same place again if an earlier attempt failed.
                let written = pwrite(descriptor!, bytes.baseAddress! + done, bytes.count - done, length + done)
                if written < 0, errno == EINTR { continue }
                guard written >= 0 else { throw unwritable }
                done += written
            }
        }
        length += waiting.count
        waiting.removeAll(keepingCapacity: true)
        guard fsync(descriptor!) == 0 else { throw unwritable }
    }

    private func write(_ facts: JSON.Object, to folder: String) throws {
        let state: JSON = [
            "format_version": .number(JSON.Number(Self.formatVersion)), "fingerprint": .string(fingerprint),
            "bytes": .number(JSON.Number(length)), "facts": .object(facts),
        ]
        try ReplacingFile.write((state.serialized(.indented) + "\n").utf8, to: "\(folder)/\(OwnFolder.checkpoint.file)")
    }
}
