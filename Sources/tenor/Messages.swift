import TenorFiles
import TenorThreads

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

    static func write(_ text: String) { _ = put(Array(text.utf8), on: 2) }
}
