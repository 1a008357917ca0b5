import ArgumentParser
import Reading

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The sources to read: those named, or standard input where none is named and it is no terminal.
func sources(_ files: [String]) throws -> [String] {
    if !files.isEmpty { return files }
    guard !isTerminal(0) else { throw ValidationError("there is nothing to read: name a file, pipe text in, or type it after naming '-'") }
    return ["-"]
}

func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

/// Documents of several sources, a run at a time: few enough to hold, enough to share among threads.
struct DocumentRuns {
    let sources: [String]
    let format: InputFormat
    let compute: ComputeOptions

    private static let count = 1024
    private static let bytes = 1 << 20
    /// How long a slow writer may be silent before what it has written so far is answered. Anyone faster gets runs that do not depend on
    /// their speed, and so the same last digits each time.
    private static let patience: Int32 = 200

    /// Gives each run to `body`, and returns how many faulty rows were left out.
    func forEach(_ body: ([Document]) throws -> Void) throws -> Int {
        var skipped = 0
        for source in sources {
            var reader = try DocumentReader(source, format, reportBadRow: compute.reportBadRow)
            var run: [Document] = []
            var bytes = 0
            while let document = try reader.next() {
                run.append(document)
                bytes += document.text.utf8.count
                let isLate = source == "-" && !reader.holdsLine && !isReady(0)
                guard isLate || run.count >= Self.count || bytes >= Self.bytes else { continue }
                try body(run)
                if isLate { try Output.flush() }
                run.removeAll(keepingCapacity: true)
                bytes = 0
            }
            if !run.isEmpty { try body(run) }
            skipped += reader.skipped
        }
        return skipped
    }

    private func isReady(_ descriptor: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, Self.patience) != 0
    }
}
