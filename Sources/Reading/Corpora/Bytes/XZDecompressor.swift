import CTenorLZMA

/// Decompresses an xz file: one or more streams, one after another, and their padding.
final class XZDecompressor: Decompressor {
    /// The most memory that decompressing may take, in bytes: twice what `xz -9` needs.
    private static let memoryLimit = 128 << 20

    private let stream: UnsafeMutablePointer<lzma_stream>
    private(set) var isComplete = false

    init() throws(CompressionFault) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: lzma_stream())
        guard lzma_stream_decoder(stream, UInt64(Self.memoryLimit), tenor_lzma_concatenated) == LZMA_OK else {
            stream.deallocate()
            throw .tooMuchMemory
        }
    }

    deinit {
        lzma_end(stream)
        stream.deallocate()
    }

    func decompress(
        _ input: UnsafeRawBufferPointer, isLast: Bool, to output: UnsafeMutableRawBufferPointer
    ) -> (read: Int, written: Int, fault: CompressionFault?) {
        var fault: CompressionFault?
        stream.pointee.next_in = input.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_in = input.count
        stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = output.count
        switch lzma_code(stream, isLast ? LZMA_FINISH : LZMA_RUN) {
        case LZMA_STREAM_END: isComplete = true
        // LZMA_BUF_ERROR says that nothing could be done without more input.
        case LZMA_OK, LZMA_BUF_ERROR: break
        case LZMA_MEM_ERROR, LZMA_MEMLIMIT_ERROR: fault = .tooMuchMemory
        default: fault = .damaged(reason: nil)
        }
        return (input.count - stream.pointee.avail_in, output.count - stream.pointee.avail_out, fault)
    }
}
