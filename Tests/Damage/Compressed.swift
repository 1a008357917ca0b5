import CTenorLZMA
import CTenorZlib

/// The bytes as one member of a gzip file.
package func gzipped(_ bytes: [UInt8]) -> [UInt8] {
    var stream = z_stream()
    // 16 more than the size of the window: with gzip's header and checksum.
    precondition(
        deflateInit2_(
            &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            CInt(MemoryLayout<z_stream>.size)) == Z_OK)
    defer { deflateEnd(&stream) }
    var input = bytes
    return [UInt8](unsafeUninitializedCapacity: Int(deflateBound(&stream, UInt(bytes.count)))) { output, count in
        input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = CUnsignedInt(input.count)
            stream.next_out = output.baseAddress
            stream.avail_out = CUnsignedInt(output.count)
            precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
        }
        count = Int(stream.total_out)
    }
}

/// The bytes as one stream of an xz file, with a small dictionary.
package func xzipped(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: lzma_stream_buffer_bound(bytes.count)) { output, count in
        precondition(
            lzma_easy_buffer_encode(0, LZMA_CHECK_CRC64, nil, bytes, bytes.count, output.baseAddress, &count, output.count) == LZMA_OK)
    }
}
