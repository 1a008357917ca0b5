import TenorLayers
import TenorThreads

/// Processes a stream of items on several threads. Items go in one at a time, and results are delivered on the caller's thread, in the
/// order of the items.
///
/// The caller is one of the threads. Instead of waiting it processes the next item, so that no processor idles while there is work; with
/// one thread it is the only one. The number of items in progress is bounded, and so is the memory.
package final class Pipeline<Item: Sendable, Output: Sendable, Failure: Error> {
    /// Called with the result of an item.
    package typealias Receiver = (Output) throws(Failure) -> Void

    private let crew: Crew<Item, Output>
    private let limit: Int
    /// Oldest first.
    private var underWay: [(job: Job<Item, Output>, receive: Receiver)] = []

    package init(threads: Int, _ work: @escaping @Sendable (Item) -> Output) {
        crew = Crew(helpers: threads - 1, work)
        // Enough for the others to stay busy while the caller processes an item that takes many times as long as theirs.
        limit = 16 * threads
    }

    /// No work continues after the pipeline ends, for example because `receive` threw.
    deinit { crew.dismiss() }

    /// Queues an item. `receive` is called with its result during this call or a later one.
    package func add(_ item: Item, _ receive: @escaping Receiver) throws(Failure) {
        if underWay.count == limit { try receiveOldest() }
        let job = Job<Item, Output>(item)
        underWay.append((job, receive))
        crew.add(job)
    }

    /// Returns when every result has been received.
    package func finish() throws(Failure) {
        while !underWay.isEmpty { try receiveOldest() }
    }

    private func receiveOldest() throws(Failure) {
        let (job, receive) = underWay.removeFirst()
        while !job.isDone, crew.workOnNext() {}
        try receive(job.result)
    }
}

private final class Job<Item: Sendable, Output: Sendable>: Sendable {
    let item: Item
    private let output = Lock<Output?>(nil)
    private let hasOutput = Condition()

    init(_ item: Item) { self.item = item }

    var isDone: Bool { output.withLock { $0 != nil } }

    /// Waits for the result.
    var result: Output { output.withLock(once: hasOutput, { $0 != nil }) { $0! } }

    func finish(_ result: Output) {
        output.withLock { $0 = result }
        hasOutput.signal()
    }
}

/// The threads that process the jobs, first come, first served. A helper leaves when no job is waiting, and another is started when there
/// is one again.
private final class Crew<Item: Sendable, Output: Sendable>: Sendable {
    private struct State {
        var waiting: [Job<Item, Output>] = []
        var helpers = 0
    }

    private let work: @Sendable (Item) -> Output
    private let mostHelpers: Int
    private let state = Lock(State())
    private let hasNoHelpers = Condition()

    init(helpers: Int, _ work: @escaping @Sendable (Item) -> Output) {
        self.work = work
        mostHelpers = helpers
    }

    func add(_ job: Job<Item, Output>) {
        let needsHelper = state.withLock { state in
            state.waiting.append(job)
            guard state.helpers < mostHelpers else { return false }
            state.helpers += 1
            return true
        }
        // If no thread can be started, the caller does the work.
        if needsHelper, !WorkerThreads.start({ self.help() }) { leave() }
    }

    /// Discards the jobs that have not been started, and waits for the others.
    func dismiss() {
        state.withLock { $0.waiting = [] }
        state.withLock(once: hasNoHelpers, { $0.helpers == 0 }) { _ in }
    }

    /// Processes the next job; false if none is waiting.
    func workOnNext() -> Bool {
        guard let job = state.withLock({ $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }) else { return false }
        run(job)
        return true
    }

    private func help() {
        while true {
            let next = state.withLock { state -> Job<Item, Output>? in
                if !state.waiting.isEmpty { return state.waiting.removeFirst() }
                leave(&state)
                return nil
            }
            guard let next else { return }
            run(next)
        }
    }

    private func leave() { state.withLock { leave(&$0) } }

    private func leave(_ state: inout State) {
        state.helpers -= 1
        if state.helpers == 0 { hasNoHelpers.signal() }
    }

    private func run(_ job: Job<Item, Output>) {
        job.finish(work(job.item))
    }
}
