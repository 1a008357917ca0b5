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

/// Writes progress and messages to standard error.
enum Messages {
    private struct State {
        /// When the progress line now on the terminal was written; nil if there is none.
        var progressed: ContinuousClock.Instant?
        var isClosed = false
    }

    private static let isTerminal = isatty(2) == 1
    private static let state = Lock(State())

    static func line(_ text: String) {
        state.withLock { if !$0.isClosed { write(text + "\n") } }
    }

    /// Writes the last line. Other threads write nothing after it.
    static func last(_ text: String) {
        state.withLock { state in
            clear(&state)
            write(text + "\n")
            state.isClosed = true
        }
    }

    /// Overwrites the last line of a terminal, at most ten times a second. Prints nothing elsewhere.
    static func progress(_ text: @autoclosure () -> String) {
        guard isTerminal else { return }
        state.withLock { state in
            let now = ContinuousClock.now
            if state.isClosed { return }
            if let last = state.progressed, last.duration(to: now) < .milliseconds(100) { return }
            state.progressed = now
            write("\r\u{1B}[K" + text())
        }
    }

    /// Removes the progress line, so that a message can take its place.
    static func clearProgress() { state.withLock { clear(&$0) } }

    private static func clear(_ state: inout State) {
        if state.progressed != nil { write("\r\u{1B}[K") }
        state.progressed = nil
    }

    private static func write(_ text: String) { _ = put(Array(text.utf8), on: 2) }
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
