import TenorThreads

/// The files and folders being written under temporary names, so that a program that is told to end can remove them first.
package enum Unfinished {
    private static let paths = Lock<Set<String>>([])

    static func add(_ path: String) { paths.withLock { _ = $0.insert(path) } }

    static func remove(_ path: String) { paths.withLock { _ = $0.remove(path) } }

    static func contains(_ path: String) -> Bool { paths.withLock { $0.contains(path) } }

    /// Runs `body`, which moves something into place. The program does not end in the meantime.
    static func whole<Failure>(_ body: () throws(Failure) -> Void) throws(Failure) {
        try paths.withLock { _ in Result { () throws(Failure) in try body() } }.get()
    }

    /// Removes everything unfinished, then lets `end` end the program. Other writers block until then.
    package static func remove(thenEnd end: () -> Never) -> Never {
        paths.withLock { paths in
            for path in paths {
                // After the rename, no writer can add to it.
                let name = path + "-left"
                if rename(path, name) == 0 { ReplacingFolder.removeTree(name) }
            }
            end()
        }
    }
}
