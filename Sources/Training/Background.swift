import Dispatch

/// A value that another thread computes while this one goes on.
final class Background<Value: Sendable>: @unchecked Sendable {
    private let work = DispatchGroup()
    private var result: Result<Value, any Error>?

    init(_ compute: @escaping @Sendable () throws -> Value) {
        DispatchQueue.global().async(group: work) { self.result = Result { try compute() } }
    }

    /// Waits for it.
    var value: Value {
        get throws {
            work.wait()
            return try result!.get()
        }
    }
}
