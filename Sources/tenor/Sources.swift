import ArgumentParser
import TenorFiles
import TenorReading

/// The sources to read: those named or, if none is named and standard input is not a terminal, standard input.
func sources(_ files: [String]) throws -> [String] {
    if !files.isEmpty { return files }
    guard !isTerminal(0) else { throw ValidationError("there is nothing to read: name a file, pipe text in, or type it after naming '-'") }
    return ["-"]
}

func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

/// The documents of several sources, one at a time.
struct Documents {
    let sources: [String]
    let format: InputFormat
    let compute: ComputeOptions

    /// Calls `body` with each document, and returns how many invalid rows were skipped. `pause` is called before waiting for a slow writer,
    /// who may be waiting for an answer, and before a read error is thrown, so that pending answers can be written.
    func forEach(_ body: (Document) throws -> Void, pause: () throws -> Void = {}) throws -> Int {
        func reading<Result: ~Copyable>(_ read: () throws(CorpusError) -> Result) throws -> Result {
            do {
                return try read()
            } catch {
                try pause()
                throw error
            }
        }
        var skipped = 0
        for source in sources {
            var reader = try reading { () throws(CorpusError) in
                try DocumentReader(source, format, reportBadRow: compute.reportBadRow, warn: compute.warn)
            }
            while let document = try reading({ () throws(CorpusError) in try reader.next() }) {
                try body(document)
                if source == "-", !reader.holdsLine, !isReady(0) { try pause() }
            }
            skipped += reader.skipped
        }
        return skipped
    }

    /// Whether reading would not have to wait. Where the writer is slower than the answers, each text is answered alone; where it is faster,
    /// more of it is there after each answer.
    private func isReady(_ descriptor: Int32) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) != 0
    }
}
