import ArgumentParser

/// Standard output could not be written.
struct OutputError: Error, CustomStringConvertible {
    let reason: String

    var description: String { "standard output: not written: \(reason)" }
}
