/// The names in a table's header as bytes, to be compared with rows.
struct Header {
    private let names: [[UInt8]]
    /// The length of the first name; -1 if there is no header. It rules out nearly every row.
    private let firstLength: Int

    /// No header, which no row equals.
    init() { (names, firstLength) = ([], -1) }

    /// `fields` are those of a header whose record is `bytes`.
    init(_ fields: [Field], in bytes: UnsafeBufferPointer<UInt8>) {
        names = fields.map { Array(text(of: $0, in: bytes).utf8) }
        firstLength = names[0].count
    }

    /// Whether a row whose first field is `field` may be equal: it has the length of the first name, perhaps after a byte order mark.
    @inline(__always)
    func mayEqual(rowBeginningWith field: Field) -> Bool {
        let more = field.end - field.start - firstLength
        // A mark is three bytes long.
        return firstLength >= 0 && (more == 0 || more == 3)
    }

    /// Whether the row has the same fields, perhaps after a byte order mark. A name with a doubled quote counts as different.
    func equals(_ fields: [Field], in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard fields.count == names.count else { return false }
        return zip(names, fields).enumerated().allSatisfy { index, pair in
            var field = bytes[pair.1.start..<pair.1.end]
            if index == 0, field.starts(with: byteOrderMark) { field = field.dropFirst(byteOrderMark.count) }
            return field.count == pair.0.count && field.elementsEqual(pair.0)
        }
    }
}
