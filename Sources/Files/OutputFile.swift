/// A file open for writing. Errors name its final path.
package struct OutputFile: ~Copyable {
    private let descriptor: Int32
    private let path: String

    /// Takes ownership of the descriptor.
    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// The number of bytes after which the system is told to start writing them to disk.
    private static let stretch = 8 << 20

    package func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(Self.stretch))
            let written = Glibc.write(descriptor, part.baseAddress, part.count)
            guard written >= 0 else {
                if errno == EINTR { continue }
                throw .unwritable(file: path, reason: systemMessage(errno))
            }
            rest = rest.dropFirst(written)
            let end = Int(lseek(descriptor, 0, SEEK_CUR))
            if end / Self.stretch > (end - written) / Self.stretch { startWriting(descriptor) }
        }
    }

    /// Lets `body` write, waits until everything is on disk if `waiting`, and closes the file in any case.
    consuming func close(waiting: Bool = true, after body: (borrowing OutputFile) throws -> Void) throws {
        do {
            try body(self)
            guard !waiting || fsync(descriptor) == 0 else { throw FileError.unwritable(file: path, reason: systemMessage(errno)) }
        } catch {
            closeDescriptor(descriptor)
            throw error
        }
        // Some file systems report a full disk only here.
        guard closeDescriptor(descriptor) == 0 else { throw FileError.unwritable(file: path, reason: systemMessage(errno)) }
    }
}
