import ArgumentParser
import TenorFiles

/// The sources to read: those named or, if none is named and standard input is not a terminal, standard input.
func sources(_ files: [String]) throws -> [String] {
    if !files.isEmpty { return files }
    guard !isTerminal(0) else { throw ValidationError("there is nothing to read: name a file, pipe text in, or type it after naming '-'") }
    return ["-"]
}

func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

/// The sources' size in bytes; nil if one of them has none, such as a pipe.
func totalSize(of sources: [String]) -> Double? {
    var total = 0.0
    for source in sources {
        var status = stat()
        guard source == "-" ? fstat(0, &status) == 0 : stat(source, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        total += Double(status.st_size)
    }
    return total
}
