/// What killed runs left under passing names.
package enum Leftovers {
    /// Removes what nobody holds a lock on any more from the folder that `path` lies in, and moves a folder back to `path` that a run was killed
    /// while replacing.
    ///
    /// - Parameter path: of a link, even one that leads nowhere, the path that it leads to is meant.
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

    /// Where links lead in the end, whether anything is there or not.
    private static func target(of path: String) -> String {
        var path = path
        // More links in a row are a circle.
        for _ in 0..<40 {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = bytes.withUnsafeMutableBytes { readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count) }
            guard count > 0 else { break }
            let link = String(decoding: bytes[..<count], as: UTF8.self)
            path = withoutSlashes(link.hasPrefix("/") ? link : folderPath(of: path) + link)
        }
        return path
    }

    /// `.tenor-PID-HEX`, as ``TemporaryPlace`` makes them, or with `-left` as ``Unfinished`` renames them.
    private static func isPassingName(_ name: String) -> Bool {
        guard name.hasPrefix(TemporaryPlace.prefix) else { return false }
        let parts = name.dropFirst(TemporaryPlace.prefix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3 && parts[2] == "left" else { return false }
        return Int32(parts[0]) != nil && UInt64(parts[1], radix: 16) != nil
    }
}
