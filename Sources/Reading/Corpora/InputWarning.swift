/// Something about a source that a reader noticed and its user may not expect.
package struct InputWarning: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// The source is compressed, which its name does not say; nil for a source that is not, although its name says so.
        case compression(Compression?)
        /// The source holds JSON objects, one per line or in an array, which its name does not say.
        case jsonRows(isArray: Bool)
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

    private var found: String {
        switch kind {
        case .compression(let compression?): "holds \(compression.name) data, it is decompressed"
        case .compression(nil): "is not compressed, although its name says so"
        case .jsonRows(false): "holds a JSON object per line, each is read as a row"
        case .jsonRows(true): "holds an array of JSON objects, each is read as a row"
        case .delimiter(let found, let expected): "its delimiter is \(name(of: found)), not \(name(of: expected)), it is read as such"
        case .looksLikeHeader: "its first line looks like the header of a table, each line is read as a text"
        case .repeatedHeader(let place): "\(place): repeats the header, it is read as a row"
        }
    }
}

/// The name of a source in messages.
func sourceName(_ source: String) -> String { source == "-" ? "standard input" : source }

/// The name of a delimiter in messages.
private func name(of delimiter: UInt8) -> String { delimiter == tab ? "a tab" : "'\(Unicode.Scalar(delimiter))'" }
