import CTenorZlib

/// Decompresses a gzip file: one or more members, one after another, and perhaps zeros at the end.
final class GzipDecompressor: Decompressor {
    private let stream: UnsafeMutablePointer<z_stream>
    private(set) var isComplete = false

    init() throws(CompressionFault) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 16 more than the size of the window: gzip's header and checksum are needed.
        guard inflateInit2_(stream, MAX_WBITS + 16, ZLIB_VERSION, CInt(MemoryLayout<z_stream>.size)) == Z_OK else {
            stream.deallocate()
            throw .tooMuchMemory
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func decompress(
        _ input: UnsafeRawBufferPointer, isLast: Bool, to output: UnsafeMutableRawBufferPointer
    ) -> (read: Int, written: Int, fault: CompressionFault?) {
        var skipped = 0
        if isComplete {
            skipped = input.firstIndex { $0 != 0 } ?? input.count
            guard skipped < input.count else { return (skipped, 0, nil) }
            inflateReset(stream)
            isComplete = false
        }
        let rest = UnsafeRawBufferPointer(rebasing: input[skipped...])
        stream.pointee.next_in = UnsafeMutablePointer(mutating: rest.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = CUnsignedInt(clamping: rest.count)
        stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
        stream.pointee.avail_out = CUnsignedInt(clamping: output.count)
        let (given, room) = (stream.pointee.avail_in, stream.pointee.avail_out)
        var fault: CompressionFault?
        switch inflate(stream, Z_NO_FLUSH) {
        case Z_STREAM_END: isComplete = true
        // Z_BUF_ERROR says that nothing could be done without more input.
        case Z_OK, Z_BUF_ERROR: break
        case Z_MEM_ERROR: fault = .tooMuchMemory
        default: fault = .damaged(reason: stream.pointee.msg.map { String(cString: $0) })
        }
        return (skipped + Int(given - stream.pointee.avail_in), Int(room - stream.pointee.avail_out), fault)
    }
}
