/// A row, or a header, as its source has it, for writing it again. The bytes are UTF-8, whatever the source's encoding is.
package struct OriginalRow: Sendable, Equatable {
    /// What stands between this record and the one before: blank lines, a byte order mark, Excel's line `sep=;`.
    package let before: [UInt8]
    /// The record with its line end, if it has one.
    package let bytes: [UInt8]
    /// Where fields may be added: before the line end, or before the brace that closes an object.
    let end: Int
    /// Whether each field is quoted.
    let isQuoted: Bool
}
