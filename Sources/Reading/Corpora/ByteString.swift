/// A string that equals another only where all their bytes do: "é" in one character is not "é" in two.
struct ByteString: Hashable, Sendable {
    let string: String

    init(_ string: String) {
        self.string = string
    }

    static func == (a: ByteString, b: ByteString) -> Bool { a.string.utf8.elementsEqual(b.string.utf8) }

    func hash(into hasher: inout Hasher) {
        let isDone: Void? = string.utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        if isDone == nil { for byte in string.utf8 { hasher.combine(byte) } }
    }
}

extension ByteString: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self.init(value) }
}
