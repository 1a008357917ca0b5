import TenorFiles

/// The bytes of a file or of standard input, decompressed where they are gzip or xz data, which their first bytes tell. Memory use is
/// constant.
struct ByteInput: ~Copyable {
    /// The first bytes, decompressed: up to ``openingSize``, fewer if the source is shorter or if its writer is slow.
    private(set) var opening: [UInt8] = []
    /// How the bytes are compressed in the file.
    private(set) var compression: Compression?
    private var file: FileBytes
    private var unpacking: Unpacking?
    /// How much of `opening` was read.
    private var delivered = 0

    /// Enough to recognize the kinds of `ForeignFile`.
    static let openingSize = 4096

    /// - Throws: `missing`, `isDirectory`, `cannotOpen` or `readFailed`; or that the data cannot be decompressed.
    static func open(_ source: String, digests: Bool) throws(CorpusError) -> ByteInput {
        var input = ByteInput(try FileBytes(source, digests: digests))
        input.opening = try input.readOpening()
        input.compression = Compression(ofBytes: input.opening)
        if let compression = input.compression {
            input.unpacking = try Unpacking(input.opening, compression, source)
            input.opening = try input.readOpening()
        }
        return input
    }

    private init(_ file: consuming FileBytes) { self.file = file }

    var source: String { file.source }

    /// Digest of the file's bytes read so far, if requested.
    var digest: SHA256? { file.digest }

    /// How many bytes of the file were read, as they are stored.
    var bytesRead: Int { file.bytesRead }

    /// Reads at least one byte and returns how many; 0 at the end.
    mutating func read(into target: UnsafeMutableRawBufferPointer) throws(CorpusError) -> Int {
        if delivered < opening.count {
            let count = min(target.count, opening.count - delivered)
            target.copyBytes(from: opening[delivered..<delivered + count])
            delivered += count
            return count
        }
        return try readOn(into: target)
    }

    private mutating func readOn(into target: UnsafeMutableRawBufferPointer) throws(CorpusError) -> Int {
        guard unpacking != nil else { return try file.read(into: target) }
        return try unpacking!.read(into: target, from: &file)
    }

    /// The next bytes, up to `openingSize`. From a slow writer only those that are available at once, unless they may be part of a signature.
    private mutating func readOpening() throws(CorpusError) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.openingSize, alignment: 16)
        defer { buffer.deallocate() }
        var count = 0
        while count < buffer.count, file.isRegular || Self.isPartOfSignature(buffer[..<count]) {
            let added = try readOn(into: UnsafeMutableRawBufferPointer(rebasing: buffer[count...]))
            if added == 0 { break }
            count += added
        }
        return Array(buffer[..<count])
    }

    private static func isPartOfSignature(_ bytes: Slice<UnsafeMutableRawBufferPointer>) -> Bool {
        let signatures = Compression.allCases.map(\.signature) + [[0xFF, 0xFE], [0xFE, 0xFF]]
        return signatures.contains { bytes.count < $0.count && $0.starts(with: bytes) }
    }
}
