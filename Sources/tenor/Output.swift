import Synchronization
import TenorFiles

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
        if let reason = put(bytes, on: 1) { throw OutputError(reason: reason) }
    }
}

/// Progress and messages, to standard error.
enum Messages {
    private static let isTerminal = isatty(2) == 1
    /// When the progress line that stands on the terminal was written.
    private static let progressed = Mutex<ContinuousClock.Instant?>(nil)

    static func line(_ text: String) { _ = put(Array((text + "\n").utf8), on: 2) }

    /// Overwrites the last line of a terminal, not faster than a person reads; says nothing elsewhere.
    static func progress(_ text: @autoclosure () -> String) {
        guard isTerminal else { return }
        progressed.withLock { progressed in
            let now = ContinuousClock.now
            if let last = progressed, last.duration(to: now) < .milliseconds(100) { return }
            progressed = now
            _ = put(Array(("\r\u{1B}[K" + text()).utf8), on: 2)
        }
    }

    /// Takes the progress line away, so that a message can stand in its place.
    static func clearProgress() {
        progressed.withLock { progressed in
            if progressed != nil { _ = put(Array("\r\u{1B}[K".utf8), on: 2) }
            progressed = nil
        }
    }
}

/// Writes all of it; what went wrong if something did.
private func put(_ bytes: [UInt8], on descriptor: Int32) -> String? {
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
