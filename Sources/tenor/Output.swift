import Synchronization
import TenorFiles

/// Writes results to standard output, in large chunks.
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

    /// If nobody reads any more, this ends the program quietly, because SIGPIPE keeps its default action.
    static func flush() throws {
        let bytes = buffer.withLock { buffer in
            defer { buffer.removeAll(keepingCapacity: true) }
            return buffer
        }
        if let reason = put(bytes, on: 1) { throw OutputError(reason: reason) }
    }
}

/// Writes progress and messages to standard error.
enum Messages {
    private static let isTerminal = isatty(2) == 1
    /// When the progress line now on the terminal was written; nil if there is none.
    private static let progressed = Mutex<ContinuousClock.Instant?>(nil)

    static func line(_ text: String) { _ = put(Array((text + "\n").utf8), on: 2) }

    /// Overwrites the last line of a terminal, at most ten times a second. Prints nothing elsewhere.
    static func progress(_ text: @autoclosure () -> String) {
        guard isTerminal else { return }
        progressed.withLock { progressed in
            let now = ContinuousClock.now
            if let last = progressed, last.duration(to: now) < .milliseconds(100) { return }
            progressed = now
            _ = put(Array(("\r\u{1B}[K" + text()).utf8), on: 2)
        }
    }

    /// Removes the progress line, so that a message can take its place.
    static func clearProgress() {
        progressed.withLock { progressed in
            if progressed != nil { _ = put(Array("\r\u{1B}[K".utf8), on: 2) }
            progressed = nil
        }
    }
}

/// Writes all bytes. Returns the reason if that fails.
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
