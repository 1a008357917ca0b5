/// Finds the objects of a JSON array: what stands before, between and after them.
struct ArrayScan {
    /// What comes next, apart from white space.
    private enum Next {
        case array
        case objectOrEnd
        case commaOrEnd
        case object
        case nothing
    }

    enum Found: Equatable {
        case object
        /// The bytes end before the next object.
        case endOfBytes
        /// Something that does not belong there.
        case fault(String)
    }

    private var next = Next.array

    /// Whether the source may end here.
    var isComplete: Bool { next == .nothing }

    /// Advances to the next object, past its `{` in state but not in bytes.
    /// - Returns: what was found, and where.
    mutating func advance(over bytes: UnsafeBufferPointer<UInt8>) -> (Found, at: Int) {
        for at in bytes.indices {
            let byte = bytes[at]
            if byte == 0x20 || byte == tab || byte == lineFeed || byte == carriageReturn { continue }
            switch (next, byte) {
            case (.array, UInt8(ascii: "[")): next = .objectOrEnd
            case (.objectOrEnd, UInt8(ascii: "]")), (.commaOrEnd, UInt8(ascii: "]")): next = .nothing
            case (.commaOrEnd, UInt8(ascii: ",")): next = .object
            case (.objectOrEnd, UInt8(ascii: "{")), (.object, UInt8(ascii: "{")):
                next = .commaOrEnd
                return (.object, at)
            default: return (.fault(problem), at)
            }
        }
        return (.endOfBytes, bytes.count)
    }

    private var problem: String {
        switch next {
        case .array: "it must begin with '['"
        case .objectOrEnd, .object: "each element must be an object"
        case .commaOrEnd: "an object needs ',' or ']' after it"
        case .nothing: "there is more after the closing ']'"
        }
    }
}
