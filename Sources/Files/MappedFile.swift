/// A file mapped for reading. Only pages that are accessed are read, and they live in the operating system's cache rather than in a copy.
///
/// The size is determined once, when the file is opened. If another program overwrites the file in place, the bytes change. If it truncates
/// the file, the next access ends this process with SIGBUS. So replace model files by renaming, as ``ReplacingFile`` does.
package final class MappedFile: @unchecked Sendable {
    /// The file's name without its folder, for messages.
    package let name: String
    private let bytes: UnsafeRawBufferPointer
    private let isMapped: Bool

    /// Opens a regular file, following links. Folders, pipes and devices are errors.
    package init(_ path: String) throws(FileError) {
        // Non-blocking, because opening a pipe would otherwise wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(file: path, reason: systemMessage(errno)) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(file: path, reason: systemMessage(errno)) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw .notAFile(file: path, kind: "a folder")
        case S_IFIFO: throw .notAFile(file: path, kind: "a pipe")
        default: throw .notAFile(file: path, kind: "a device")
        }
        name = String(path.dropFirst(folderPath(of: path).count))
        isMapped = true
        let size = Int(status.st_size)
        guard size > 0 else {
            // Mapping 0 bytes would be an error.
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw .unreadable(file: path, reason: systemMessage(errno))
        }
        bytes = UnsafeRawBufferPointer(start: base, count: size)
    }

    /// Bytes in memory that stand in for a file called `name`.
    package init(name: String, bytes: [UInt8]) {
        self.name = name
        isMapped = false
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 64)
        copy.copyBytes(from: bytes)
        self.bytes = UnsafeRawBufferPointer(copy)
    }

    /// The number of bytes when the file was opened.
    package var count: Int { bytes.count }

    /// Passes the bytes to `body`. They are valid while `body` runs, and for as long as the file is retained.
    package func withBytes<Result, Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Otherwise the compiler may release the file after its last use, which is before the last use of its bytes.
        defer { withExtendedLifetime(self) {} }
        return try body(bytes)
    }

    /// The little-endian integer at an offset; nil if it is not entirely within the file.
    package func integer<Integer: FixedWidthInteger>(_ type: Integer.Type, at offset: Int) -> Integer? {
        guard offset >= 0, offset <= count - MemoryLayout<Integer>.size else { return nil }
        return withBytes { Integer(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Integer.self)) }
    }

    /// The text in a range; nil if the range is not entirely within the file or not UTF-8.
    package func text(_ range: Range<Int>) -> String? {
        guard range.lowerBound >= 0, range.upperBound <= count else { return nil }
        return withBytes { String(validating: $0[range], as: UTF8.self) }
    }

    deinit {
        guard let base = bytes.baseAddress else { return }
        if isMapped {
            munmap(UnsafeMutableRawPointer(mutating: base), bytes.count)
        } else {
            bytes.deallocate()
        }
    }
}

extension JSON {
    /// The maximum size in bytes of a JSON file or header: the safetensors format's own limit for its header.
    package static let sizeLimit = 100_000_000

    /// Reads the value in a file such as `config.json`.
    package init(readingFile path: String) throws(FileError) {
        let file = try MappedFile(path)
        guard file.count <= JSON.sizeLimit else { throw .tooLong(file: file.name, bytes: file.count, limit: JSON.sizeLimit) }
        if file.withBytes({ ForeignFile.name(ofBytes: $0) }) == .gitLFSPointer {
            throw .foreign(file: file.name, what: ForeignFile.gitLFSPointer.description)
        }
        do throws(Fault) {
            self = try file.withBytes { bytes throws(Fault) in try JSON(parsing: bytes) }
        } catch {
            throw .notJSON(file: file.name, error)
        }
    }
}
