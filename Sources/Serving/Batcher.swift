import NIOCore
import TenorClassifying
import TenorModeling
import TenorThreads

/// Answers the texts of all requests on a fixed number of threads.
///
/// A thread that is free takes waiting texts of one model until they have the tokens of a micro-batch, whichever requests they belong to, and
/// computes them together. So a lone text is computed at once and alone, and under load micro-batches fill up. A row's bits do not depend on
/// the rows beside it, so a text gets the same answer either way.
final class Batcher: Sendable {
    private struct Item {
        let work: Work
        let text: Int
        /// Texts are taken in the order of arrival.
        let number: Int
    }

    private struct State {
        /// One for each model name.
        var lines: [CircularBuffer<Item>]
        var waiting = 0
        var added = 0
        var threads = 0
        var isStopping = false

        /// The line whose first text has waited longest; nil if nothing waits.
        var next: Int? {
            lines.indices.filter { !lines[$0].isEmpty }.min { lines[$0].first!.number < lines[$1].first!.number }
        }

        mutating func take(_ line: Int) -> Item {
            waiting -= 1
            return lines[line].removeFirst()
        }
    }

    private let limit: Int
    private let patience: Duration
    private let metrics: ServerMetrics
    private let state: Lock<State>
    private let hasTexts = Condition()
    private let hasNoThreads = Condition()

    /// - Parameters:
    ///   - models: the number of model names.
    ///   - limit: the number of texts that may wait.
    ///   - patience: how long the first text of an incomplete micro-batch waits for others.
    init(models: Int, limit: Int, patience: Duration, _ metrics: ServerMetrics) {
        self.limit = limit
        self.patience = patience
        self.metrics = metrics
        state = Lock(State(lines: Array(repeating: CircularBuffer(), count: models)))
    }

    /// Starts the threads. False if the system gives none.
    func start(threads: Int) -> Bool {
        for _ in 0..<threads {
            state.withLock { $0.threads += 1 }
            if !WorkerThreads.start({ while let batch = self.nextBatch() { self.compute(batch) } }, done: leave) { leave() }
        }
        return state.withLock { $0.threads > 0 }
    }

    /// Returns when the threads have answered what waits and have ended.
    func stop() {
        state.withLock { $0.isStopping = true }
        hasTexts.broadcast()
        state.withLock(once: hasNoThreads, { $0.threads == 0 }) { _ in }
    }

    private func leave() {
        let isLast = state.withLock { state in
            state.threads -= 1
            return state.threads == 0
        }
        if isLast { hasNoThreads.broadcast() }
    }

    var waiting: Int { state.withLock { $0.waiting } }

    /// Queues all texts of a request, or none.
    func add(_ work: Work) throws(Refusal) {
        let isTaken = state.withLock { state in
            guard state.waiting + work.texts.count <= limit else { return false }
            for text in work.texts.indices {
                state.lines[work.model.index].append(Item(work: work, text: text, number: state.added))
                state.added += 1
            }
            state.waiting += work.texts.count
            return true
        }
        guard isTaken else { throw .overloaded(.tooManyRequests, "the model is overloaded: \(limit) texts are waiting") }
        // A thread that waits for more texts of another model would swallow a signal.
        if work.texts.count == 1, patience == .zero { hasTexts.signal() } else { hasTexts.broadcast() }
    }

    private typealias Batch = (items: [Item], rows: [RowEncoder.Encoded])

    /// Waits for texts, and takes and tokenizes up to a micro-batch. Nil when the server stops and none is left.
    private func nextBatch() -> Batch? {
        let first = state.withLock(once: hasTexts, { $0.waiting > 0 || $0.isStopping }) { state in
            state.next.map { state.take($0) }
        }
        guard var item = first else { return nil }
        let deadline = ContinuousClock.now + patience
        let model = item.work.model
        var batch: Batch = ([], [])
        var tokens = 0
        while true {
            if !item.work.isAbandoned {
                let row = model.classifier.row(item.work.texts[item.text])
                tokens += row.row.count
                batch.items.append(item)
                batch.rows.append(row)
            }
            guard tokens < MicroBatches.forwardTokens, let next = following(model, until: tokens > 0 ? deadline : .now) else {
                return batch
            }
            item = next
        }
    }

    /// The next text of the same model as it was loaded, waiting for one until `deadline`.
    private func following(_ model: ServedModel, until deadline: ContinuousClock.Instant) -> Item? {
        func isNext(_ state: State) -> Bool { state.lines[model.index].first?.work.model === model }
        return state.withLock(once: hasTexts, until: deadline, { isNext($0) || $0.isStopping }) { state in
            isNext(state) ? state.take(model.index) : nil
        }
    }

    private func compute(_ batch: Batch) {
        guard let model = batch.items.first?.work.model else { return }
        metrics.computed(texts: batch.rows.count, tokens: batch.rows.reduce(0) { $0 + $1.row.count })
        for (item, answer) in zip(batch.items, model.classifier.answers(batch.rows)) { item.work.finish(item.text, answer) }
    }
}
