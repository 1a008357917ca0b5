import Glibc

/// A value protected by a mutex.
///
/// It uses a pthread mutex because ThreadSanitizer supports those. `Synchronization.Mutex` waits with system calls that ThreadSanitizer
/// does not intercept, so every contended lock looks like no lock at all to it.
package final class Lock<Value>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var value: Value

    package init(_ value: sending Value) {
        self.value = value
        mutex.initialize(to: pthread_mutex_t())
        precondition(pthread_mutex_init(mutex, nil) == 0)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    package func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }

    /// Waits until the value is as wanted, which `condition` is signalled for.
    package func withLock<Result>(
        once condition: Condition, _ isWanted: (Value) -> Bool, _ body: (inout Value) throws -> Result
    ) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isWanted(value) { condition.wait(mutex) }
        return try body(&value)
    }

    /// Waits until the value is as wanted, which `condition` is signalled for, or until `deadline`.
    package func withLock<Result>(
        once condition: Condition, until deadline: ContinuousClock.Instant, _ isWanted: (Value) -> Bool,
        _ body: (inout Value) throws -> Result
    ) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while !isWanted(value) {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { break }
            condition.wait(mutex, atMost: left)
        }
        return try body(&value)
    }
}
