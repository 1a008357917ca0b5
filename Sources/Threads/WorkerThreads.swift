import Glibc

/// Threads that wait for work. They are started when they are first needed and stay until the process ends.
///
/// Dispatch is not used because it waits forever where the system gives it no thread, as under a limit of memory or of processes. Here the
/// caller is told, and does the work itself.
package enum WorkerThreads {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var idle = 0
    }

    private static let state = Lock(State())
    /// Told when something is waiting.
    private static let isWanted = Condition()

    /// Runs `body` on another thread. False, and nothing is run, where no thread is idle and the system gives no new one.
    package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        let isTaken = state.withLock { state in
            guard state.idle > state.waiting.count else { return false }
            state.waiting.append(body)
            isWanted.signal()
            return true
        }
        return isTaken || startThread(body)
    }

    private final class Box: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    private static func startThread(_ body: @escaping @Sendable () -> Void) -> Bool {
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let box = Unmanaged.passRetained(Box(body))
        let result = pthread_create(&thread, &attributes, { WorkerThreads.work($0) }, box.toOpaque())
        if result != 0 { box.release() }
        return result == 0
    }

    /// A thread's life: its first task, then whatever is waiting.
    private static func work(_ first: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        Unmanaged<Box>.fromOpaque(first!).takeRetainedValue().body()
        while true { next()() }
    }

    private static func next() -> @Sendable () -> Void {
        state.withLock { $0.idle += 1 }
        return state.withLock(once: isWanted, { !$0.waiting.isEmpty }) { state in
            state.idle -= 1
            return state.waiting.removeFirst()
        }
    }
}
