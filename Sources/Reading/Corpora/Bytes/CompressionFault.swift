/// Why compressed data cannot be decompressed.
package enum CompressionFault: Error, Sendable, Equatable {
    /// The data ends too early.
    case cutShort
    /// The data contradicts its format or its checksum; `reason` is the library's, if it gives one.
    case damaged(reason: String?)
    /// Decompressing takes more memory than is allowed or available.
    case tooMuchMemory
}

extension CompressionFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .cutShort: "is cut short, the whole file is needed"
        case .damaged(let reason): "is damaged\(reason.map { " (\($0))" } ?? ""), an undamaged file is needed"
        case .tooMuchMemory: "takes more memory to decompress than is allowed or available, a file with a smaller dictionary is needed"
        }
    }
}
