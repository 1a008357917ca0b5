import Synchronization
import TenorFiles

/// Ctrl-C, the system's request to end, and a closed terminal: a thread waits for them, takes away what is half written and ends the
/// program, whatever the others are doing.
enum Interrupts {
    private static let isEnding = Atomic<Bool>(false)
    /// What tells the waiting thread that there is no memory; nobody else is sent it.
    private static let outOfMemory = SIGUSR2
    private static let advice = Mutex("")

    /// The thread that waits. Written once, before there is a handler that reads it.
    nonisolated(unsafe) private static var waiter = pthread_t()

    /// To be called before other threads are there: they take over what this one does not listen to. A library that is linked in may have
    /// started one of its own already, which listens to everything; what reaches it is passed on.
    static func watch() {
        let numbers = numbers
        var signals = set(of: numbers)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        // Without memory for the thread, signals end the program as they end any other.
        guard pthread_create(&waiter, nil, { _ in Interrupts.wait() }, nil) == 0 else {
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            return
        }
        for number in numbers { passOn(number) }
        watchMemory()
    }

    /// Where the system gives no memory the runtime aborts. Then, too, what is half written is taken away, and the person is told in a line.
    private static func watchMemory() {
        handle(SIGABRT) { _ in
            if errno == ENOMEM {
                // Nor is there any for what the waiting thread does.
                if pthread_equal(pthread_self(), Interrupts.waiter) != 0 { _exit(EX_OSERR) }
                pthread_kill(Interrupts.waiter, Interrupts.outOfMemory)
                while true { pause() }
            }
            signal(SIGABRT, SIG_DFL)
            raise(SIGABRT)
        }
    }

    /// What an interrupted person should know.
    static func advise(_ text: String) { advice.withLock { $0 = text } }

    /// An error that comes of files taken away in an interruption is none to report: lets the other thread end the program.
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
        #if canImport(Glibc)
            action.__sigaction_handler.sa_handler = handler
        #else
            action.__sigaction_u.__sa_handler = handler
        #endif
        action.sa_flags = SA_RESTART
        sigaction(number, &action, nil)
    }

    /// As under `nohup`, or for Ctrl-C in a script's background.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        #if canImport(Glibc)
            return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
        #else
            return unsafeBitCast(action.__sigaction_u.__sa_handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
        #endif
    }

    private static func wait() -> Never {
        var signals = set(of: numbers + [outOfMemory])
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        var number: Int32 = 0
        sigwait(&signals, &number)
        isEnding.store(true, ordering: .releasing)
        Unfinished.remove {
            Messages.clearProgress()
            if number == outOfMemory {
                Messages.line("tenor: there is not enough memory\(advice.withLock { $0 })")
                _exit(EX_OSERR)
            }
            Messages.line("tenor: \(number == SIGINT ? "interrupted" : "terminated")\(advice.withLock { $0 })")
            _exit(128 + number)
        }
    }
}
