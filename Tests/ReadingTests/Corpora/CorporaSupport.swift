import Foundation
import TenorReading
import TenorThreads

/// Calls `body` with the path of a temporary file with these bytes.
func withFile<Result>(_ name: String, _ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "tenor-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: name)
    try Data(bytes).write(to: file)
    return try body(file.path)
}

/// The documents of a file with these bytes.
func documents(
    _ name: String, _ bytes: [UInt8], _ format: InputFormat = InputFormat(), wantsLabels: Bool = false, chunk: Int = 1 << 18
) throws -> [Document] {
    try withFile(name, bytes) { path in
        var reader = try DocumentReader(path, format, wantsLabels: wantsLabels, chunk: chunk)
        var found: [Document] = []
        while let document = try reader.next() { found.append(document) }
        return found
    }
}

/// The warnings about a file with these bytes, without the file's folder.
func warnings(_ name: String, _ bytes: [UInt8], _ format: InputFormat = InputFormat(), wantsLabels: Bool = false) throws -> [String] {
    let found = Lock<[String]>([])
    try withFile(name, bytes) { path in
        var reader = try DocumentReader(path, format, wantsLabels: wantsLabels) { _ in
        } warn: { warning in
            found.withLock { $0.append(warning.description.replacing(path, with: name)) }
        }
        while try reader.next() != nil {}
    }
    return found.withLock { $0 }
}

func warnings(_ name: String, _ content: String, _ format: InputFormat = InputFormat(), wantsLabels: Bool = false) throws -> [String] {
    try warnings(name, Array(content.utf8), format, wantsLabels: wantsLabels)
}

func texts(_ name: String, _ content: String, _ format: InputFormat = InputFormat(), chunk: Int = 1 << 18) throws -> [String] {
    try documents(name, Array(content.utf8), format, chunk: chunk).map(\.text)
}

/// Texts and labels, one string per pair.
func labelled(_ name: String, _ content: String, _ format: InputFormat = InputFormat(), chunk: Int = 1 << 18) throws -> [String] {
    try documents(name, Array(content.utf8), format, wantsLabels: true, chunk: chunk).map { "\($0.text)|\($0.label ?? "none")" }
}

/// The error message, without the file's folder, for reading a file with these bytes; "" if there is no error.
func complaint(_ name: String, _ bytes: [UInt8], _ format: InputFormat = InputFormat(), wantsLabels: Bool = true) throws -> String {
    try withFile(name, bytes) { path in
        do throws(CorpusError) {
            var reader = try DocumentReader(path, format, wantsLabels: wantsLabels)
            while try reader.next() != nil {}
            return ""
        } catch {
            return error.description.replacing(path, with: name)
        }
    }
}

func complaint(_ name: String, _ content: String, _ format: InputFormat = InputFormat(), wantsLabels: Bool = true) throws -> String {
    try complaint(name, Array(content.utf8), format, wantsLabels: wantsLabels)
}

/// The error message for reading a corpus with these bytes.
func corpusComplaint(_ name: String, _ content: String, _ format: InputFormat = InputFormat(), labels: [String]? = nil) throws -> String {
    try withFile(name, Array(content.utf8)) { path in
        do throws(CorpusError) {
            _ = try readCorpus(path, format, labels: labels)
            return ""
        } catch {
            return error.description.replacing(path, with: name)
        }
    }
}
