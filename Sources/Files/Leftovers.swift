/// Cleans up what killed runs left under temporary names.
package enum Leftovers {
    /// Removes temporary files and folders that are no longer locked from the folder that contains `path`, and moves a folder back to
    /// `path` if a run was killed while replacing it.
    ///
    /// - Parameter path: if it is a link, even a dangling one, the path that it points to is used.
    package static func remove(beside path: String) {
        let target = Self.target(of: withoutSlashes(path))
        FolderPlace.recover(target)
        let parent = folderPath(of: target)
        for name in ReplacingFolder.names(in: parent.isEmpty ? "." : parent) ?? [] where isPassingName(name) {
            let path = parent + name
            let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { ReplacingFolder.removeTree(path) }
        }
    }

    /// The path at the end of a chain of links, whether or not anything is there.
    private static func target(of path: String) -> String {
        var path = path
        // A longer chain is taken for a cycle.
        for _ in 0..<40 {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = bytes.withUnsafeMutableBytes { readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count) }
            guard count > 0 else { break }
            let link = String(decoding: bytes[..<count], as: UTF8.self)
            path = withoutSlashes(link.hasPrefix("/") ? link : folderPath(of: path) + link)
        }
        return path
    }

    /// `.tenor-PID-HEX`, as made by ``TemporaryPlace``, or with `-left`, as renamed by ``Unfinished``.
    private static func isPassingName(_ name: String) -> Bool {
        guard name.hasPrefix(TemporaryPlace.prefix) else { return false }
        let parts = name.dropFirst(TemporaryPlace.prefix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3 && parts[2] == "left" else { return false }
        return Int32(parts[0]) != nil && UInt64(parts[1], radix: 16) != nil
    }
}
