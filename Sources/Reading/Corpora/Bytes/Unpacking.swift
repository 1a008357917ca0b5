import TenorFiles

/// The decompression of one file, a buffer of compressed bytes at a time.
struct Unpacking: ~Copyable {
    private static let bufferSize = 1 << 16

    private let compression: Compression
    private let source: String
    private let decompressor: any Decompressor
    private let buffer: UnsafeMutableRawBufferPointer
    /// The bytes of `buffer` that were read from the file but not yet decompressed.
    private var pending: Range<Int>
    private var fileHasEnded = false
    /// What is wrong after the bytes that were read. What comes before it is the same for all sizes of a read.
    private var fault: CompressionFault?

    /// `first` are the first bytes of the file, at most `bufferSize`.
    init(_ first: [UInt8], _ compression: Compression, _ source: String) throws(CorpusError) {
        do throws(CompressionFault) {
            decompressor = try compression.decompressor()
        } catch {
            throw .badCompression(source: source, compression, error)
        }
        (self.compression, self.source) = (compression, source)
        buffer = .allocate(byteCount: Self.bufferSize, alignment: 16)
        buffer.copyBytes(from: first)
        pending = 0..<first.count
    }

    deinit { buffer.deallocate() }

    /// Reads from `file` until there is at least one decompressed byte, and returns how many there are; 0 at the end.
    mutating func read(into target: UnsafeMutableRawBufferPointer, from file: inout FileBytes) throws(CorpusError) -> Int {
        while true {
            if let fault { throw .badCompression(source: source, compression, fault) }
            if pending.isEmpty, !fileHasEnded {
                pending = 0..<(try file.read(into: buffer))
                fileHasEnded = pending.isEmpty
            }
            let input = UnsafeRawBufferPointer(rebasing: buffer[pending])
            let done = decompressor.decompress(input, isLast: fileHasEnded, to: target)
            pending = pending.lowerBound + done.read..<pending.upperBound
            fault = done.fault
            if done.written > 0 { return done.written }
            if fault == nil, fileHasEnded, decompressor.isComplete { return 0 }
            if done.read == 0 { fault = fault ?? .cutShort }
        }
    }
}
