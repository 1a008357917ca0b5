import TenorFiles

/// The bytes of a file or of standard input as UTF-8, a chunk at a time, without a byte order mark.
///
/// Memory use is one chunk, or twice the longest run that is inspected before it is consumed.
/// The buffer has a single owner, so it may move between threads.
struct ByteStream: ~Copyable, @unchecked Sendable {
    let source: String
    let encoding: TextEncoding
    private let descriptor: Int32
    private let chunk: Int
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var start = 0
    private var end = 0
    private var transcoder: Transcoder?
    /// The file's raw bytes, if they need transcoding.
    private var raw: UnsafeMutableRawBufferPointer?
    private var mayHoldMark: Bool
    private(set) var isAtEnd = false
    /// Digest of the file's bytes read so far, if requested.
    private(set) var digest: SHA256?

    /// - Throws: `missing`, `isDirectory` or `cannotOpen`.
    init(_ source: String, encoding: TextEncoding, chunk: Int, digests: Bool) throws(CorpusError) {
        if source == "-" {
            descriptor = STDIN_FILENO
        } else {
            descriptor = open(source, O_RDONLY | O_CLOEXEC)
            if descriptor < 0 {
                throw errno == ENOENT || errno == ENOTDIR ? .missing(source: source) : .cannotOpen(source: source, errno: errno)
            }
        }
        var status = stat()
        if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            if descriptor != STDIN_FILENO { close(descriptor) }
            throw .isDirectory(source: source)
        }
        self.source = source
        self.encoding = encoding
        self.chunk = chunk
        capacity = chunk
        base = .allocate(capacity: chunk)
        if encoding != .utf8 {
            transcoder = Transcoder(encoding)
            raw = .allocate(byteCount: chunk, alignment: 16)
        }
        mayHoldMark = encoding == .utf8
        digest = digests ? SHA256() : nil
    }

    deinit {
        base.deallocate()
        raw?.deallocate()
        if descriptor != STDIN_FILENO { close(descriptor) }
    }

    /// Bytes read but not yet consumed. Valid until the next read.
    var unread: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base + start, count: end - start) }

    mutating func leaveBehind(_ count: Int) { start += count }

    /// Adds at least one byte to `unread`, or reaches the end.
    ///
    /// It asks only for what is available, so that a typed or piped line is processed at once. Only if the unread run is longer than a
    /// chunk does it double that run, so that rescanning from the beginning costs no more than the reading itself.
    mutating func readMore() throws(CorpusError) {
        let wanted = end - start >= chunk ? 2 * (end - start) : end - start + 1
        while !isAtEnd, end - start < wanted || holdsPartOfMark { try readOnce() }
        if mayHoldMark {
            mayHoldMark = false
            if unread.starts(with: byteOrderMark) { start += byteOrderMark.count }
            if start == end, !isAtEnd { try readMore() }
        }
    }

    private var holdsPartOfMark: Bool { mayHoldMark && end - start < byteOrderMark.count && byteOrderMark.starts(with: unread) }

    private mutating func readOnce() throws(CorpusError) {
        makeRoom(raw == nil ? chunk : Transcoder.bound(chunk))
        let target = raw?.baseAddress ?? UnsafeMutableRawPointer(base + end)
        var count = 0
        repeat { count = read(descriptor, target, chunk) } while count < 0 && errno == EINTR
        if count < 0 { throw .readFailed(source: source, errno: errno) }
        let bytes = UnsafeRawBufferPointer(start: target, count: count)
        digest?.update(bytes)
        isAtEnd = count == 0
        if raw == nil {
            end += count
        } else if isAtEnd {
            end += transcoder?.finish(to: base + end) ?? 0
        } else {
            end += transcoder?.write(bytes, to: base + end) ?? 0
        }
    }

    private mutating func makeRoom(_ count: Int) {
        guard capacity - end < count else { return }
        let kept = end - start
        if capacity - kept >= count, capacity >= 2 * kept {
            memmove(base, base + start, kept)
        } else {
            capacity = 2 * kept + count
            let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
            larger.update(from: base + start, count: kept)
            base.deallocate()
            base = larger
        }
        (start, end) = (0, kept)
    }
}

private let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
