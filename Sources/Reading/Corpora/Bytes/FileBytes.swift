import TenorFiles

/// The bytes of a file or of standard input, as they are stored.
struct FileBytes: ~Copyable {
    let source: String
    /// Whether reading never waits for a writer.
    let isRegular: Bool
    private let descriptor: Int32
    /// Digest of the bytes read so far, if requested.
    private(set) var digest: SHA256?
    private(set) var bytesRead = 0

    /// - Throws: `missing`, `isDirectory` or `cannotOpen`.
    init(_ source: String, digests: Bool) throws(CorpusError) {
        var descriptor = STDIN_FILENO
        if source != "-" {
            descriptor = open(source, O_RDONLY | O_CLOEXEC)
            if descriptor < 0 {
                throw errno == ENOENT || errno == ENOTDIR ? .missing(source: source) : .cannotOpen(source: source, errno: errno)
            }
        }
        var status = stat()
        let kind = fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0
        if kind == S_IFDIR {
            if descriptor != STDIN_FILENO { close(descriptor) }
            throw .isDirectory(source: source)
        }
        self.source = source
        self.descriptor = descriptor
        isRegular = kind == S_IFREG
        digest = digests ? SHA256() : nil
    }

    deinit {
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    /// Reads what is available, at least one byte, and returns how many bytes; 0 at the end.
    mutating func read(into target: UnsafeMutableRawBufferPointer) throws(CorpusError) -> Int {
        var count = 0
        repeat { count = TenorFiles.read(descriptor, target.baseAddress, target.count) } while count < 0 && errno == EINTR
        if count < 0 { throw .readFailed(source: source, errno: errno) }
        bytesRead += count
        digest?.update(UnsafeRawBufferPointer(rebasing: target[..<count]))
        return count
    }
}
