import TenorLayers

/// Work on a stream of items by several threads: items go in one at a time, and what comes of them is handed over on the caller's thread, in
/// the order in which they went in.
///
/// The caller is one of the threads. Where it would have to wait it works on the next item instead, so that no processor idles while there
/// is something to do, and with one thread there is no other. What is under way is bounded, so that memory is.
package final class Pipeline<Item: Sendable, Output: Sendable, Failure: Error> {
    /// What the caller does with what came of an item.
    package typealias Receiver = (Output) throws(Failure) -> Void

    private let crew: Crew<Item, Output>
    private let limit: Int
    /// The oldest first.
    private var underWay: [(job: Job<Item, Output>, receive: Receiver)] = []

    package init(threads: Int, _ work: @escaping @Sendable (Item) -> Output) {
        crew = Crew(helpers: threads - 1, work)
        // Enough that the others have work while the caller is at an item of its own that takes many times as long as theirs.
        limit = 16 * threads
    }

    /// Nobody works on after the pipeline's end, which may be an error in what was received.
    deinit { crew.dismiss() }

    /// Has the item worked on, and gives the result to `receive` in this call or a later one.
    package func add(_ item: Item, _ receive: @escaping Receiver) throws(Failure) {
        if underWay.count == limit { try receiveOldest() }
        let job = Job<Item, Output>(item)
        underWay.append((job, receive))
        crew.add(job)
    }

    /// Comes back when everything that was added has been received.
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

    /// Waits for it.
    var result: Output { output.withLock(once: hasOutput, { $0 != nil }) { $0! } }

    func finish(_ result: Output) {
        output.withLock { $0 = result }
        hasOutput.signal()
    }
}

/// Whoever works on the jobs, first come, first served. A helper leaves when there is none left and is called again when there is.
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
        // Without a thread for one the caller does the work.
        if needsHelper, !WorkerThreads.start({ self.help() }) { leave() }
    }

    /// Forgets the jobs that nobody has begun, and waits for the others.
    func dismiss() {
        state.withLock { $0.waiting = [] }
        state.withLock(once: hasNoHelpers, { $0.helpers == 0 }) { _ in }
    }

    /// False where nothing is waiting.
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
