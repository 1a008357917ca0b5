import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Ctrl-C and the system's request to end, noticed between two steps of work that leaves files behind; a second one ends at once.
enum Interrupts {
    fileprivate static let seen = Atomic<Int32>(0)

    static func watch() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                if Interrupts.seen.exchange(number, ordering: .relaxed) != 0 { _exit(128 + number) }
            }
        }
    }

    static func check() throws {
        if seen.load(ordering: .relaxed) != 0 { throw Interruption(signal: seen.load(ordering: .relaxed)) }
    }
}

/// The person pressed Ctrl-C, or the system asked to end.
struct Interruption: Error, CustomStringConvertible {
    let signal: Int32

    var description: String { signal == SIGINT ? "interrupted" : "terminated" }
}
