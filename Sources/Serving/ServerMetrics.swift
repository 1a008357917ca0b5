import TenorThreads

/// What a server has done since it started, for Prometheus. Names with `te_` are those of Text Embeddings Inference.
final class ServerMetrics: Sendable {
    /// Counts of values by size. A bucket counts the values up to its bound.
    private struct Histogram {
        let bounds: [Double]
        var counts: [Int]
        var sum = 0.0
        var count = 0

        init(_ bounds: [Double]) {
            self.bounds = bounds
            counts = Array(repeating: 0, count: bounds.count)
        }

        mutating func add(_ value: Double) {
            if let bucket = bounds.firstIndex(where: { value <= $0 }) { counts[bucket] += 1 }
            sum += value
            count += 1
        }

        func lines(_ name: String) -> [String] {
            var total = 0
            let buckets = zip(bounds, counts).map { bound, count in
                total += count
                return "\(name)_bucket{le=\"\(bound)\"} \(total)"
            }
            return buckets + ["\(name)_bucket{le=\"+Inf\"} \(count)", "\(name)_sum \(sum)", "\(name)_count \(count)"]
        }
    }

    private struct State {
        /// By method: single or batch.
        var requests: [String: Int] = [:]
        var successes: [String: Int] = [:]
        /// By HTTP status.
        var failures: [Int: Int] = [:]
        var seconds = Histogram([0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30])
        var batchTexts = Histogram([1, 2, 4, 8, 16, 32, 64, 128, 256])
        var batchTokens = Histogram([16, 32, 64, 128, 256, 512, 1024])
        var connections = 0
    }

    private let state = Lock(State())

    /// A request for answers to texts was read.
    func asked(isBatch: Bool) { state.withLock { $0.requests[isBatch ? "batch" : "single", default: 0] += 1 } }

    /// It was answered.
    func answered(isBatch: Bool, seconds: Double) {
        state.withLock { state in
            state.successes[isBatch ? "batch" : "single", default: 0] += 1
            state.seconds.add(seconds)
        }
    }

    func refused(_ status: Int) { state.withLock { $0.failures[status, default: 0] += 1 } }

    func computed(texts: Int, tokens: Int) {
        state.withLock { state in
            state.batchTexts.add(Double(texts))
            state.batchTokens.add(Double(tokens))
        }
    }

    func opened() { state.withLock { $0.connections += 1 } }
    func closed() { state.withLock { $0.connections -= 1 } }

    /// All figures in Prometheus' text format.
    func exposition(waiting: Int) -> String {
        let state = state.withLock { $0 }
        var lines: [String] = []
        func add(_ name: String, _ type: String, _ help: String, _ samples: [String]) {
            lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"] + samples
        }
        func counts(_ name: String, _ label: String, _ counts: [(String, Int)]) -> [String] {
            counts.sorted { $0.0 < $1.0 }.map { "\(name){\(label)=\"\($0.0)\"} \($0.1)" }
        }
        add(
            "te_request_count", "counter", "Requests for answers to texts.",
            counts("te_request_count", "method", state.requests.map { ($0, $1) }))
        add("te_request_success", "counter", "Those answered.", counts("te_request_success", "method", state.successes.map { ($0, $1) }))
        add(
            "te_request_failure", "counter", "Requests refused, by HTTP status.",
            counts("te_request_failure", "err", state.failures.map { ("\($0)", $1) }))
        add("te_request_duration", "histogram", "Seconds from a whole request to its answer.", state.seconds.lines("te_request_duration"))
        add("te_queue_size", "gauge", "Texts that wait for a thread.", ["te_queue_size \(waiting)"])
        add("te_batch_next_size", "histogram", "Texts computed together.", state.batchTexts.lines("te_batch_next_size"))
        add("te_batch_next_tokens", "histogram", "Their tokens.", state.batchTokens.lines("te_batch_next_tokens"))
        add("tenor_connections", "gauge", "Open connections.", ["tenor_connections \(state.connections)"])
        return lines.joined(separator: "\n") + "\n"
    }
}
