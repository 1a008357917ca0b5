import Dispatch
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
    let next = Atomic(0)
    withoutActuallyEscaping(task) { task in
        // Safe because the caller waits here until every task is done and the tasks do not share memory.
        nonisolated(unsafe) let task = task
        DispatchQueue.concurrentPerform(iterations: min(threads, tasks)) { worker in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                if index >= tasks { return }
                task(index, worker)
            }
        }
    }
}
