/// A file or folder with a temporary name, beside its final place.
///
/// It is locked (`flock`) until ``release()``, so that another run can tell what is still being written from what a killed run left behind:
/// the system releases a lock when its owner ends. On file systems without locks, nothing is cleaned up.
struct TemporaryPlace {
    let path: String
    /// Open for writing; for a folder, open for reading.
    let descriptor: Int32

    /// As long as any temporary name can be.
    static let longestName = prefix + "4194304-" + String(repeating: "f", count: 16) + "-left"
    static let prefix = ".tenor-"

    /// A unique name.
    static func freshName() -> String { prefix + "\(getpid())-\(String(UInt64.random(in: 0...UInt64.max), radix: 16))" }

    /// - Parameter target: the path that messages name.
    init(folderBeside parent: String, for target: String) throws(FileError) {
        try self.init(beside: parent, for: target) { path in
            mkdir(path, 0o777) == 0 ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1
        }
    }

    /// - Parameter target: the path that messages name.
    init(fileBeside parent: String, for target: String) throws(FileError) {
        try self.init(beside: parent, for: target) { path in open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666) }
    }

    private init(beside parent: String, for target: String, _ make: (String) -> Int32) throws(FileError) {
        // Another run's cleanup may remove the new file or folder before it is locked. In that case, try again.
        for attempt in 1... {
            let path = parent + Self.freshName()
            Unfinished.add(path)
            let descriptor = make(path)
            if descriptor >= 0, Self.lock(descriptor), Self.isAt(path, descriptor) {
                (self.path, self.descriptor) = (path, descriptor)
                return
            }
            let code = errno
            Unfinished.remove(path)
            if descriptor >= 0 { close(descriptor) }
            if attempt == 3 || descriptor < 0 && code != ENOENT { throw .unwritable(file: target, reason: systemMessage(code)) }
        }
        preconditionFailure("the loop ends by itself")
    }

    /// Call this once the file or folder has its final name or has been removed.
    func release() {
        Unfinished.remove(path)
        close(descriptor)
    }

    /// False if another process holds the lock. True on file systems without locks.
    private static func lock(_ descriptor: Int32) -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK }

    private static func isAt(_ path: String, _ descriptor: Int32) -> Bool {
        var (named, opened) = (stat(), stat())
        return lstat(path, &named) == 0 && fstat(descriptor, &opened) == 0 && named.st_ino == opened.st_ino && named.st_dev == opened.st_dev
    }
}
