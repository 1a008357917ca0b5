/// The names in a table's header as bytes, to be compared with rows.
struct Header {
    private let names: [[UInt8]]

    /// No header, which no row equals.
    init() { names = [] }

    /// `fields` are those of a header whose record is `bytes`.
    init(_ fields: [Field], in bytes: UnsafeBufferPointer<UInt8>) {
        names = fields.map { Array(text(of: $0, in: bytes).utf8) }
    }

    /// Whether the row has the same fields. A name with a doubled quote counts as different.
    func equals(_ fields: [Field], in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard fields.count == names.count else { return false }
        for (name, field) in zip(names, fields) {
            guard field.end - field.start == name.count, bytes[field.start..<field.end].elementsEqual(name) else { return false }
        }
        return true
    }
}
