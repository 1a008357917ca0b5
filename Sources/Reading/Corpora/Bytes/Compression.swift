/// The kinds of compressed data that are decompressed while reading.
package enum Compression: Sendable, Equatable, CaseIterable {
    case gzip
    case xz

    /// The bytes that all data of this kind begin with.
    var signature: [UInt8] {
        switch self {
        case .gzip: [0x1F, 0x8B]
        case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
        }
    }

    /// The extension of such files.
    var ending: String {
        switch self {
        case .gzip: ".gz"
        case .xz: ".xz"
        }
    }

    var name: String {
        switch self {
        case .gzip: "gzip"
        case .xz: "xz"
        }
    }

    /// The kind of data that begins with `bytes`; nil if it is not compressed.
    init?(ofBytes bytes: [UInt8]) {
        guard let kind = Self.allCases.first(where: { bytes.starts(with: $0.signature) }) else { return nil }
        self = kind
    }

    /// The kind that the extension of `source` names.
    init?(ofName source: String) {
        let name = source.lowercased()
        guard let kind = Self.allCases.first(where: { name.hasSuffix($0.ending) }) else { return nil }
        self = kind
    }

    func decompressor() throws(CompressionFault) -> any Decompressor {
        switch self {
        case .gzip: try GzipDecompressor()
        case .xz: try XZDecompressor()
        }
    }
}
