/// A string that is compared byte by byte: "é" as one scalar is not equal to "é" as two.
package struct ByteString: Hashable, Sendable {
    package let string: String

    package init(_ string: String) {
        self.string = string
    }

    package static func == (a: ByteString, b: ByteString) -> Bool {
        let isEqual = a.string.utf8.withContiguousStorageIfAvailable { a in
            b.string.utf8.withContiguousStorageIfAvailable { b in
                a.count == b.count && (a.isEmpty || memcmp(a.baseAddress!, b.baseAddress!, a.count) == 0)
            }
        }
        return isEqual.flatMap { $0 } ?? a.string.utf8.elementsEqual(b.string.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        let isDone: Void? = string.utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        if isDone == nil { for byte in string.utf8 { hasher.combine(byte) } }
    }
}

extension ByteString: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self.init(value) }
}
