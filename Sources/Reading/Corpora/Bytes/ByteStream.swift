import TenorFiles

/// The bytes of a file or of standard input as UTF-8, a chunk at a time, without a byte order mark.
///
/// Memory use is one chunk, or twice the longest run that is inspected before it is consumed.
/// The buffer has a single owner, so it may move between threads.
struct ByteStream: ~Copyable, @unchecked Sendable {
    let encoding: TextEncoding
    private var input: ByteInput
    private let chunk: Int
    private var base: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var start = 0
    private var end = 0
    private var transcoder: Transcoder?
    /// The input's bytes, if they need transcoding.
    private var raw: UnsafeMutableRawBufferPointer?
    private var mayHoldMark: Bool
    private(set) var isAtEnd = false
    /// How many bytes were added to `unread` so far.
    private var produced = 0
    /// What was left behind since the last `takePassed()`, byte order marks included; nil if it is not kept.
    private var passed: [UInt8]?

    /// A byte order mark of UTF-16 is obeyed where UTF-8 is expected, which never begins with such bytes.
    ///
    /// - Parameter keepsPassed: Whether to keep what is left behind, for `takePassed()`.
    /// - Throws: what `ByteInput` throws.
    init(_ source: String, encoding: TextEncoding, chunk: Int, digests: Bool, keepsPassed: Bool) throws(CorpusError) {
        let input = try ByteInput.open(source, digests: digests)
        let hasWideMark = input.opening.starts(with: [0xFF, 0xFE]) || input.opening.starts(with: [0xFE, 0xFF])
        self.encoding = encoding == .utf8 && hasWideMark ? .utf16 : encoding
        self.input = consume input
        self.chunk = chunk
        capacity = chunk
        base = .allocate(capacity: chunk)
        if self.encoding != .utf8 {
            transcoder = Transcoder(self.encoding)
            raw = .allocate(byteCount: chunk, alignment: 16)
        }
        mayHoldMark = self.encoding == .utf8
        passed = keepsPassed ? [] : nil
    }

    deinit {
        base.deallocate()
        raw?.deallocate()
    }

    var source: String { input.source }

    /// The first bytes of the input, before they are transcoded.
    var opening: [UInt8] { input.opening }

    var compression: Compression? { input.compression }

    /// Digest of the file's bytes read so far, if requested.
    var digest: SHA256? { input.digest }

    /// Bytes read but not yet consumed. Valid until the next read.
    var unread: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base + start, count: end - start) }

    /// About how many bytes of the file stand before `unread`. In a compressed or transcoded file they are taken to be spread evenly.
    var position: Double { produced == 0 ? 0 : Double(input.bytesRead) * Double(produced - unread.count) / Double(produced) }

    /// Whether a byte order mark says that UTF-16 is big-endian.
    var isBigEndian: Bool { opening.starts(with: [0xFE, 0xFF]) }

    mutating func leaveBehind(_ count: Int) {
        if passed != nil { addPassed(Array(unread[..<count])) }
        start += count
    }

    /// Leaves bytes behind that belong to a record, which its reader has kept if it wants it.
    mutating func leaveRecordBehind(_ count: Int) { start += count }

    /// What was left behind since the last call, apart from records.
    mutating func takePassed() -> [UInt8] {
        defer { passed = passed.map { _ in [] } }
        return passed ?? []
    }

    /// Adds bytes to those that were left behind.
    mutating func addPassed(_ bytes: some Sequence<UInt8>) { passed?.append(contentsOf: bytes) }

    /// Adds at least one byte to `unread`, or reaches the end.
    ///
    /// It asks only for what is available, so that a typed or piped line is processed at once. Only if the unread run is longer than a
    /// chunk does it double that run, so that rescanning from the beginning costs no more than the reading itself. An error after bytes that
    /// were added is thrown by the next call, because a record may end in them.
    mutating func readMore() throws(CorpusError) {
        let before = end - start
        let wanted = before >= chunk ? 2 * before : before + 1
        while !isAtEnd, end - start < wanted || holdsPartOfMark {
            do throws(CorpusError) {
                try readOnce()
            } catch {
                guard end - start > before else { throw error }
                break
            }
        }
        if mayHoldMark {
            mayHoldMark = false
            if unread.starts(with: byteOrderMark) { leaveBehind(byteOrderMark.count) }
            if start == end, !isAtEnd { try readMore() }
        }
    }

    private var holdsPartOfMark: Bool { mayHoldMark && end - start < byteOrderMark.count && byteOrderMark.starts(with: unread) }

    private mutating func readOnce() throws(CorpusError) {
        makeRoom(raw == nil ? chunk : Transcoder.bound(chunk))
        let target = raw ?? UnsafeMutableRawBufferPointer(start: base + end, count: chunk)
        let count = try input.read(into: target)
        isAtEnd = count == 0
        let before = end
        defer { produced += end - before }
        if raw == nil {
            end += count
        } else if isAtEnd {
            end += transcoder?.finish(to: base + end) ?? 0
        } else {
            end += transcoder?.write(UnsafeRawBufferPointer(rebasing: target[..<count]), to: base + end) ?? 0
            if transcoder?.takeMark() == true { addPassed(byteOrderMark) }
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

/// The UTF-8 bytes of U+FEFF.
let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
