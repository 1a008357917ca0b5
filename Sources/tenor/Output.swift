import TenorFiles
import TenorThreads

/// Writes results to standard output, in large chunks.
enum Output {
    private static let buffer = Lock<[UInt8]>([])

    static func write(_ text: String) throws { try write(text.utf8) }

    static func write(_ bytes: some Sequence<UInt8>) throws {
        let isFull = buffer.withLock { buffer in
            buffer.append(contentsOf: bytes)
            return buffer.count >= 1 << 16
        }
        if isFull { try flush() }
    }

    static func line(_ text: String) throws {
        try write(text)
        try write("\n")
    }

    /// If nobody reads any more, this ends the program quietly, because SIGPIPE keeps its default action.
    static func flush() throws {
        let bytes = buffer.withLock { buffer in
            defer { buffer.removeAll(keepingCapacity: true) }
            return buffer
        }
        if let reason = put(bytes, on: 1) { throw OutputError(reason: reason) }
    }
}

/// Writes all bytes. Returns the reason if that fails.
func put(_ bytes: [UInt8], on descriptor: Int32) -> String? {
    bytes.withUnsafeBytes { bytes in
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written >= 0 else { return systemMessage(errno) }
            rest = rest.dropFirst(written)
        }
        return nil
    }
}
