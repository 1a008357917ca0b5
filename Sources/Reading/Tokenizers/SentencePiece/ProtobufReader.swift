/// The fields of a message, one at a time.
struct ProtobufReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let origin: Int
    private let end: Int
    private var at: Int

    /// - Parameter origin: the offset of the first of `bytes` in the buffer that the field ranges refer to.
    init(_ bytes: UnsafeBufferPointer<UInt8>, _ message: Range<Int>, origin: Int = 0) {
        self.bytes = bytes
        self.origin = origin
        at = message.lowerBound
        end = message.upperBound
    }

    /// Whether nothing is left; false if ``next()`` could not continue.
    var isAtEnd: Bool { at == end }

    /// The next field; nil at the end or if the bytes are not a valid field.
    mutating func next() -> ProtobufField? {
        let start = at
        guard at < end, let tag = number(), tag >> 3 > 0, tag >> 3 < 1 << 29, let wire = ProtobufField.Wire(rawValue: UInt8(tag & 7)) else {
            at = start
            return nil
        }
        var value = at
        var length: UInt64
        switch wire {
        case .number: length = number() == nil ? .max : UInt64(at - value)
        case .eightBytes: length = 8
        case .fourBytes: length = 4
        case .bytes:
            length = number() ?? .max
            value = at
        }
        guard length <= UInt64(end - value) else {
            at = start
            return nil
        }
        at = value + Int(length)
        return ProtobufField(
            number: Int(tag >> 3), wire: wire, whole: origin + start..<origin + at, payload: origin + value..<origin + at)
    }

    private mutating func number() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard at < end else { return nil }
            let byte = bytes[at]
            at += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }
}
