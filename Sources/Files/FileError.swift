/// What can be wrong with a file or folder, whatever its purpose. Messages have the form *file: what is there, what is needed*.
package enum FileError: Error, Equatable, CustomStringConvertible {
    // Reading.
    case missing(path: String, needed: String)
    case notAFolder(path: String)
    case notAFile(file: String, kind: String)
    case unreadable(file: String, reason: String)
    case tooLong(file: String, bytes: Int, limit: Int)
    case notJSON(file: String, JSON.Fault)
    /// A file or folder of another kind; `what` says of which, and what is needed.
    case foreign(file: String, what: String)

    // Writing.
    case unwritable(file: String, reason: String)
    case exists(path: String)
    /// A folder that Tenor did not write; `missing` is the file that would identify it.
    case notReplaced(path: String, missing: String)
    case holdsInput(path: String, input: String)
    /// A file that is read, too.
    case isInput(path: String)

    package var description: String {
        switch self {
        case .missing(let path, let needed): "\(path): is not there, \(needed) is needed"
        case .notAFolder(let path): "\(path): is a file, a folder is needed"
        case .notAFile(let file, let kind): "\(file): this is \(kind), a file is needed"
        case .unreadable(let file, let reason): "\(file): \(reason)"
        case .tooLong(let file, let bytes, let limit): "\(file): \(bytes) bytes, at most \(limit) are read"
        case .notJSON(let file, let fault): "\(file): not JSON: \(fault)"
        case .foreign(let file, let what): "\(file): \(what)"
        case .unwritable(let file, let reason): "\(file): cannot be written: \(reason)"
        case .exists(let path): "\(path): exists already; name another place, or allow replacing it"
        case .notReplaced(let path, let missing):
            "\(path): is not replaced: it has no \(missing) of Tenor's, so it holds other work; name another place, or remove it yourself"
        case .isInput(let path): "\(path): is not replaced: it is an input; name another place"
        case .holdsInput(let path, let input): "\(path): is not replaced: the input \(input) lies in it; name another place"
        }
    }
}
