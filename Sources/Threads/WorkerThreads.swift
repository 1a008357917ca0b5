import Glibc

/// Threads that wait for work. They are started when they are first needed and stay until the process ends.
///
/// Dispatch is not used because it waits forever where the system gives it no thread, as under a limit of memory or of processes. Here the
/// caller is told, and does the work itself.
package enum WorkerThreads {
    private struct Work: Sendable {
        let body: @Sendable () -> Void
        let done: @Sendable () -> Void
    }

    private struct State {
        var waiting: [Work] = []
        var idle = 0
    }

    private static let state = Lock(State())
    /// Told when something is waiting.
    private static let isWanted = Condition()

    /// Runs `body` on another thread. False, and nothing is run, where no thread is idle and the system gives no new one.
    ///
    /// `done` runs after `body`, when the thread already counts as idle. A caller that waits for it and starts the next work at once
    /// gets the same thread again instead of a new one. It must be short.
    package static func start(_ body: @escaping @Sendable () -> Void, done: @escaping @Sendable () -> Void = {}) -> Bool {
        let work = Work(body: body, done: done)
        let isTaken = state.withLock { state in
            guard state.idle > state.waiting.count else { return false }
            state.waiting.append(work)
            isWanted.signal()
            return true
        }
        return isTaken || startThread(work)
    }

    private final class Box: Sendable {
        let work: Work

        init(_ work: Work) { self.work = work }
    }

    private static func startThread(_ work: Work) -> Bool {
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let box = Unmanaged.passRetained(Box(work))
        let result = pthread_create(&thread, &attributes, { WorkerThreads.live($0) }, box.toOpaque())
        if result != 0 { box.release() }
        return result == 0
    }

    /// A thread's life: its first work, then whatever is waiting.
    private static func live(_ first: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        run(Unmanaged<Box>.fromOpaque(first!).takeRetainedValue().work)
        while true { run(next()) }
    }

    private static func run(_ work: Work) {
        work.body()
        state.withLock { $0.idle += 1 }
        work.done()
    }

    private static func next() -> Work {
        state.withLock(once: isWanted, { !$0.waiting.isEmpty }) { state in
            state.idle -= 1
            return state.waiting.removeFirst()
        }
    }
}
