import Synchronization
import TenorFiles
import TenorThreads

/// Handles Ctrl-C, requests to terminate and a closed terminal: one thread waits for these signals, removes partial output and ends the
/// program, whatever the other threads are doing. A command that goes on can handle signals itself.
enum Interrupts {
    private static let isEnding = Atomic<Bool>(false)
    /// Tells the waiting thread that there is no memory. It is sent to no other thread.
    private static let outOfMemory = SIGUSR2
    private static let advice = Lock("")
    private static let handler = Lock<(@Sendable (Int32) -> Bool)?>(nil)

    /// The thread that waits. It is written once, before there is a handler that reads it.
    nonisolated(unsafe) private static var waiter = pthread_t()

    /// Call this before starting other threads, because they inherit the blocked signals. A linked library may already have started a
    /// thread that blocks none; the signals that it receives are passed on.
    static func watch() {
        let numbers = numbers
        var signals = set(of: numbers)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        // If there is no memory for the thread, signals end the program as they would any other.
        guard pthread_create(&waiter, nil, { _ in Interrupts.wait() }, nil) == 0 else {
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            return
        }
        for number in numbers { passOn(number) }
        watchMemory()
    }

    /// If the system gives no memory, the runtime aborts. Then, too, partial output is removed and the user gets a one-line message.
    private static func watchMemory() {
        handle(SIGABRT) { _ in
            if errno == ENOMEM {
                // The waiting thread itself has no memory either.
                if pthread_equal(pthread_self(), Interrupts.waiter) != 0 { _exit(EX_OSERR) }
                pthread_kill(Interrupts.waiter, Interrupts.outOfMemory)
                while true { pause() }
            }
            signal(SIGABRT, SIG_DFL)
            raise(SIGABRT)
        }
    }

    /// Sets what to tell a user whose run is interrupted.
    static func advise(_ text: String) { advice.withLock { $0 = text } }

    /// Calls `handler` with the number of each signal from now on. If it returns false, the signal ends the program as usual.
    static func handle(_ handler: @escaping @Sendable (Int32) -> Bool) { self.handler.withLock { $0 = handler } }

    /// Lets the other thread end the program, so that errors caused by its removal of files are not reported.
    static func yieldIfEnding() {
        while isEnding.load(ordering: .acquiring) { pause() }
    }

    private static var numbers: [Int32] { [SIGINT, SIGTERM, SIGHUP].filter { !isIgnored($0) } }

    private static func set(of numbers: [Int32]) -> sigset_t {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in numbers { sigaddset(&signals, number) }
        return signals
    }

    private static func passOn(_ number: Int32) { handle(number) { number in pthread_kill(Interrupts.waiter, number) } }

    private static func handle(_ number: Int32, _ handler: @convention(c) (Int32) -> Void) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        action.sa_flags = SA_RESTART
        sigaction(number, &action, nil)
    }

    /// True under `nohup`, or for Ctrl-C in a script's background jobs.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private static func isHandled(_ number: Int32) -> Bool { handler.withLock { $0 }?(number) ?? false }

    private static func wait() -> Never {
        var signals = set(of: numbers + [outOfMemory])
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var number: Int32 = 0
        repeat { sigwait(&signals, &number) } while number != outOfMemory && isHandled(number)
        // A thread that got no memory keeps its locks, which might be needed below.
        if number == outOfMemory { alarm(10) }
        isEnding.store(true, ordering: .releasing)
        Unfinished.remove {
            let advice = advice.withLock { $0 }
            if number == outOfMemory {
                Messages.last("tenor: there is not enough memory\(advice)")
                _exit(EX_OSERR)
            }
            Messages.last("tenor: \(number == SIGINT ? "interrupted" : "terminated")\(advice)")
            _exit(128 + number)
        }
    }
}
