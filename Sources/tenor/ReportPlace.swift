import ArgumentParser
import TenorFiles

/// Where `--report` writes its page: into the file named, if its name ends in .html, otherwise into index.html in the folder named.
struct ReportPlace {
    let file: String
    /// The folder, if one was named. It is made if it is not there.
    private let folder: String?

    init(_ path: String) {
        let isFile = path.lowercased().hasSuffix(".html") || path.lowercased().hasSuffix(".htm")
        folder = isFile ? nil : path
        file = isFile || path.isEmpty ? path : "\(withoutSlashes(path))/index.html"
    }

    /// Throws before the work what ``write(_:)`` would otherwise throw after it.
    func check(force: Bool, inputs: [String]) throws {
        if let folder, !folder.isEmpty, access(folder, F_OK) != 0 { return try ReplacingFile.check(withoutSlashes(folder)) }
        try Places.checkFile(file, force: force, inputs: inputs)
    }

    func write(_ page: String) throws {
        if let folder, mkdir(folder, 0o777) != 0, errno != EEXIST {
            throw FileError.unwritable(file: folder, reason: systemMessage(errno))
        }
        try writeText(page, to: file)
    }
}
