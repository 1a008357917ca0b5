import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Results, to standard output, in large pieces.
enum Output {
    private static let buffer = Mutex<[UInt8]>([])

    static func write(_ text: String) throws {
        let isFull = buffer.withLock { buffer in
            buffer.append(contentsOf: text.utf8)
            return buffer.count >= 1 << 16
        }
        if isFull { try flush() }
    }

    static func line(_ text: String) throws {
        try write(text)
        try write("\n")
    }

    /// Ends quietly where nobody reads any more: the signal that the system sends then is left at its default.
    static func flush() throws {
        let bytes = buffer.withLock { buffer in
            defer { buffer.removeAll(keepingCapacity: true) }
            return buffer
        }
        try bytes.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = Glibc.write(1, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if written < 0, errno == EINTR { continue }
                guard written >= 0 else { throw OutputError(reason: String(cString: strerror(errno))) }
                rest = rest.dropFirst(written)
            }
        }
    }
}

/// Progress and remarks, to standard error.
enum Remarks {
    static let isShown = isatty(2) == 1

    static func line(_ text: String) { put(text + "\n") }

    /// Overwrites the last line of a terminal; says nothing elsewhere.
    static func progress(_ text: String) {
        if isShown { put("\r\u{1B}[K" + text) }
    }

    /// Takes the progress line away, so that a remark can stand in its place.
    static func clearProgress() {
        if isShown { put("\r\u{1B}[K") }
    }

    private static func put(_ text: String) {
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(2, $0.baseAddress! + written, bytes.count - written) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return }
            written += count
        }
    }
}
