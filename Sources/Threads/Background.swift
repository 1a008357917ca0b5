/// A value that another thread computes meanwhile, or where there is none the one that asks for it.
package final class Background<Value: Sendable>: Sendable {
    private enum State: Sendable {
        case waiting
        case begun
        case done(Result<Value, any Error>)
    }

    private let compute: @Sendable () throws -> Value
    private let state = Lock(State.waiting)
    private let isDone = Condition()

    package init(_ compute: @escaping @Sendable () throws -> Value) {
        self.compute = compute
        _ = WorkerThreads.start { self.begin() }
    }

    /// Waits for it.
    package var value: Value {
        get throws {
            begin()
            return try state.withLock(once: isDone, { if case .done = $0 { true } else { false } }) { state in
                guard case .done(let result) = state else { preconditionFailure() }
                return result
            }.get()
        }
    }

    /// Computes the value unless another thread does.
    private func begin() {
        let isFirst = state.withLock { state in
            guard case .waiting = state else { return false }
            state = .begun
            return true
        }
        guard isFirst else { return }
        let result = Result { try compute() }
        state.withLock { $0 = .done(result) }
        isDone.broadcast()
    }
}
