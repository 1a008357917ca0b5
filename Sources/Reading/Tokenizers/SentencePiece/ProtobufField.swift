/// One field of a serialized protocol buffer: its byte range, and that of its value.
package struct ProtobufField {
    enum Wire: UInt8 { case number, eightBytes, bytes, fourBytes = 5 }

    package let number: Int
    let wire: Wire
    let whole: Range<Int>
    package let payload: Range<Int>

    /// Serializes a field that holds bytes.
    static func serialize(_ number: Int, _ payload: [UInt8]) -> [UInt8] {
        var result = [UInt8(number << 3 | 2)]
        var length = payload.count
        while length > 0x7F {
            result.append(UInt8(length & 0x7F | 0x80))
            length >>= 7
        }
        result.append(UInt8(length))
        return result + payload
    }

    /// The fields of a message in order, or nil if the bytes are not a complete message.
    package static func parse(_ bytes: ArraySlice<UInt8>) -> [ProtobufField]? {
        bytes.withUnsafeBufferPointer { buffer in
            var reader = ProtobufReader(buffer, buffer.indices, origin: bytes.startIndex)
            var fields: [ProtobufField] = []
            while let field = reader.next() { fields.append(field) }
            return reader.isAtEnd ? fields : nil
        }
    }
}
