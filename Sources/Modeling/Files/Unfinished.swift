import Layers

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// The files and folders that are being written under passing names, so that a program that is told to end can take them away first.
package enum Unfinished {
    private static let paths = Lock<Set<String>>([])

    static func add(_ path: String) { paths.withLock { _ = $0.insert(path) } }

    static func remove(_ path: String) { paths.withLock { _ = $0.remove(path) } }

    static func contains(_ path: String) -> Bool { paths.withLock { $0.contains(path) } }

    /// Lets `body` put something in its place; the program does not end meanwhile.
    static func whole<Failure>(_ body: () throws(Failure) -> Void) throws(Failure) {
        try paths.withLock { _ in Result { () throws(Failure) in try body() } }.get()
    }

    /// Takes away what is unfinished and lets `end` end the program. Whoever would go on writing waits for that.
    package static func remove(thenEnd end: () -> Never) -> Never {
        paths.withLock { paths in
            for path in paths {
                // Under another name nobody adds to it.
                let name = path + "-left"
                if rename(path, name) == 0 { ReplacingFolder.removeTree(name) }
            }
            end()
        }
    }
}
