/// Something about a source that a reader noticed and its user may not expect.
package struct InputWarning: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// The source is compressed, which its name does not say; nil for a source that is not, although its name says so.
        case compression(Compression?)
        /// The source holds JSON objects, one per line or in an array, which its name does not say.
        case jsonRows(isArray: Bool)
        /// The source is recognized as an export, whose name follows "is".
        case export(String)
        /// A folder: the split that was chosen, nil for all; how many files are read and whether each is a text; the paths of the others.
        case folder(Split?, files: Int, areTexts: Bool, unread: [String])
        /// A table's delimiter is not the one that its name says.
        case delimiter(UInt8, expected: UInt8)
        /// The first of lines that are read as texts looks like the header of a table.
        case looksLikeHeader(delimiter: UInt8)
        /// A row that repeats the table's header.
        case repeatedHeader(Place)
    }

    package let source: String
    package let kind: Kind
}

extension InputWarning: CustomStringConvertible {
    package var description: String { "\(sourceName(source)): \(found)" }

    /// The paths, those in one folder together.
    private func named(_ paths: [String]) -> String {
        var groups: [(folder: String, paths: [String])] = []
        for path in paths {
            let folder = path.split(separator: "/").dropLast().joined(separator: "/")
            if !folder.isEmpty, groups.last?.folder == folder {
                groups[groups.count - 1].paths.append(path)
            } else {
                groups.append((folder, [path]))
            }
        }
        return listed(groups) { $0.paths.count == 1 ? quoted($0.paths[0]) : "\($0.paths.count) files in \(quoted($0.folder))" }
    }

    private var found: String {
        switch kind {
        case .compression(let compression?): "holds \(compression.name) data, it is decompressed"
        case .compression(nil): "is not compressed, although its name says so"
        case .jsonRows(false): "holds a JSON object per line, each is read as a row"
        case .jsonRows(true): "holds an array of JSON objects, each is read as a row"
        case .export(let name): "is read as \(name)"
        case .folder(let split, let files, let areTexts, let unread):
            (split.map { "its \($0.rawValue) split: " } ?? "")
                + "\(files) \(areTexts ? "text" : "file")\(files == 1 ? " is" : "s are") read"
                + (unread.isEmpty ? "" : "; not read: \(named(unread))")
        case .delimiter(let found, let expected): "its delimiter is \(name(of: found)), not \(name(of: expected)), it is read as such"
        case .looksLikeHeader: "its first line looks like the header of a table, each line is read as a text"
        case .repeatedHeader(let place): "\(place): repeats the header, it is read as a row"
        }
    }
}

/// The name of a source in messages.
package func sourceName(_ source: String) -> String { source == "-" ? "standard input" : source }

/// The name of a delimiter in messages.
private func name(of delimiter: UInt8) -> String { delimiter == tab ? "a tab" : "'\(Unicode.Scalar(delimiter))'" }
