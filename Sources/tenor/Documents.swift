import ArgumentParser
import TenorFiles
import TenorReading

/// The documents of several sources, one at a time.
struct Documents {
    let sources: [String]
    let format: InputFormat
    let compute: ComputeOptions

    /// Calls `body` with each document and about how many bytes of its file come before the next, and returns how many invalid rows were
    /// skipped. `opened` and `ended` are called before and after the documents of a source; `pause` before waiting for a slow writer, who may
    /// be waiting for an answer, and before a read error is thrown, so that pending answers can be written.
    func forEach(
        _ body: (Document, Double) throws -> Void, opened: (borrowing DocumentReader) throws -> Void = { _ in },
        ended: (inout DocumentReader) throws -> Void = { _ in }, pause: () throws -> Void = {}
    ) throws -> Int {
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
            let place = try reading { () throws(CorpusError) in try SourceFiles(source, splits: format.splits, wantsLabels: false) }
            if let warning = place.warning { compute.warn(warning) }
            for file in place.files {
                var reader = try reading { () throws(CorpusError) in
                    try DocumentReader(file, format, wantsLabels: false, reportBadRow: compute.reportBadRow, warn: compute.warn)
                }
                try opened(reader)
                while let document = try reading({ () throws(CorpusError) in try reader.next() }) {
                    try body(document, reader.position)
                    if source == "-", !reader.holdsLine, !isReady(0) { try pause() }
                }
                try ended(&reader)
                skipped += reader.skipped
            }
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
