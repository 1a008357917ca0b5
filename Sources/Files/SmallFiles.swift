/// The last component of a path, so that published files do not reveal the user's folders.
package func lastComponent(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

/// SHA-256 over the concatenated bytes of files.
package func digest(ofFiles names: [String], in folder: String) throws -> String {
    var digest = SHA256()
    for name in names { try MappedFile("\(folder)/\(name)").withBytes { digest.update($0) } }
    return digest.hexadecimal
}

package func copyFiles(_ names: [String], from source: String, to target: String) throws {
    for name in names {
        try ReplacingFile.write(try MappedFile("\(source)/\(name)").withBytes { Array($0) }, to: "\(target)/\(name)")
    }
}

/// Writes a small file completely or not at all.
package func writeText(_ text: String, to path: String) throws { try ReplacingFile.write(text.utf8, to: path) }
