import Dispatch
import Synchronization

/// Runs `task` for 0 ..< `tasks` on at most `threads` threads, each taking the next task when it is done with one, and returns when all
/// are done. The tasks must not touch each other's memory; their results then do not depend on the number of threads.
package func parallel(_ tasks: Int, threads: Int, _ task: (Int) -> Void) {
    parallel(tasks, threads: threads) { index, _ in task(index) }
}

/// The same; a task is also told which thread it runs on, counted from 0, for what a thread has of its own.
package func parallel(_ tasks: Int, threads: Int, _ task: (_ index: Int, _ worker: Int) -> Void) {
    if threads <= 1 || tasks <= 1 {
        for index in 0..<tasks { task(index, 0) }
        return
    }
    let next = Atomic(0)
    withoutActuallyEscaping(task) { task in
        // The caller waits here until every task is done, and the tasks keep out of each other's memory.
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
