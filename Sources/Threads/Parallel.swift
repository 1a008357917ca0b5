import Synchronization

/// Runs `task` for 0 ..< `tasks` on at most `threads` threads and returns when all are done. Each thread takes the next task when it
/// finishes one. The tasks must not touch each other's memory, so that their results do not depend on the number of threads.
package func parallel(_ tasks: Int, threads: Int, _ task: (Int) -> Void) {
    parallel(tasks, threads: threads) { index, _ in task(index) }
}

/// The same, but also passes the index of the thread, counted from 0, for per-thread resources.
package func parallel(_ tasks: Int, threads: Int, _ task: (_ index: Int, _ worker: Int) -> Void) {
    if threads <= 1 || tasks <= 1 {
        for index in 0..<tasks { task(index, 0) }
        return
    }
    withoutActuallyEscaping(task) { task in
        withUnsafePointer(to: task) { pointer in
            let job = ParallelJob(tasks, pointer)
            for worker in 1..<min(threads, tasks) {
                guard WorkerThreads.start({ job.help(worker) }, done: { job.leave(worker) }) else { break }
            }
            job.finish()
        }
    }
}

/// Tasks that several threads take one after another. The caller is one of them, so it does them all where there is no other.
private final class ParallelJob: @unchecked Sendable {
    private struct State {
        var helpers: Set<Int> = []
        var isOver = false
    }

    private let count: Int
    /// Of a closure that lives until ``finish()`` returns.
    private let task: UnsafePointer<(_ index: Int, _ worker: Int) -> Void>
    private let next = Atomic(0)
    private let state = Lock(State())
    private let hasNoHelpers = Condition()

    init(_ count: Int, _ task: UnsafePointer<(_ index: Int, _ worker: Int) -> Void>) {
        self.count = count
        self.task = task
    }

    /// Does what is left; nothing where the helper comes late.
    func help(_ worker: Int) {
        let isLate = state.withLock { state in
            if !state.isOver { state.helpers.insert(worker) }
            return state.isOver
        }
        if !isLate { work(worker) }
    }

    func leave(_ worker: Int) {
        state.withLock { state in
            if state.helpers.remove(worker) != nil, state.helpers.isEmpty { hasNoHelpers.signal() }
        }
    }

    /// Does what is left and waits for the helpers that have begun.
    func finish() {
        work(0)
        state.withLock { $0.isOver = true }
        state.withLock(once: hasNoHelpers, { $0.helpers.isEmpty }) { _ in }
    }

    /// Not inlined, so that nothing holds the closure when a helper says that it is done.
    @inline(never) private func work(_ worker: Int) {
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if index >= count { return }
            task.pointee(index, worker)
        }
    }
}
