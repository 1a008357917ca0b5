/// Reads the wanted members of one JSON object (RFC 8259) and validates the rest. The bytes must already be valid UTF-8.
struct JSONLine {
    /// A member's value, as far as a corpus column can use it.
    enum Value: Equatable {
        case string(String)
        /// A number or boolean as written.
        case literal(String, isNumber: Bool)
        case null
        /// An array of strings, numbers and booleans.
        case list([String])
        /// Any other array.
        case array
        case object

        var name: String {
            switch self {
            case .string: "a string"
            case .literal(_, let isNumber): isNumber ? "a number" : "true or false"
            case .null: "null"
            case .list, .array: "an array"
            case .object: "an object"
            }
        }
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    /// The read position; after an error, the position of the error.
    private(set) var at = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    /// The values of the members named in `wanted`, nil for missing ones. The whole line must be one object.
    mutating func members(_ wanted: [String]) throws(RecordFault) -> [Value?] {
        var values = [Value?](repeating: nil, count: wanted.count)
        try expect("{", "it must begin with '{'")
        if !skips("}") {
            repeat {
                skipSpace()
                let keyStart = at
                let key = try string("a key in quotes")
                try expect(":", "a key needs ':' after it")
                let index = wanted.firstIndex { isSpelled(key, $0) }
                if let index, values[index] != nil {
                    at = keyStart
                    throw .repeatedKey(wanted[index])
                }
                let value = try self.value(isWanted: index != nil, depth: 0)
                if let index { values[index] = value }
            } while skips(",")
            try expect("}", "a member needs ',' or '}' after it")
        }
        skipSpace()
        guard at == bytes.count else { throw .notJSON("there is more after the closing '}'") }
        return values
    }

    private mutating func value(isWanted: Bool, depth: Int) throws(RecordFault) -> Value {
        skipSpace()
        guard at < bytes.count else { throw .notJSON("a value is missing") }
        switch bytes[at] {
        case quote:
            let string = try string("a string")
            return .string(isWanted ? text(of: string) : "")
        case UInt8(ascii: "{"):
            try readNested(closing: "}", hasKeys: true, depth: depth) { _ in }
            return .object
        case UInt8(ascii: "["):
            var labels: [String]? = isWanted ? [] : nil
            try readNested(closing: "]", hasKeys: false, isWanted: isWanted, depth: depth) { element in
                switch element {
                case .string(let label), .literal(let label, _): labels?.append(label)
                case .null, .list, .array, .object: labels = nil
                }
            }
            return labels.map { .list($0) } ?? .array
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .literal(try number(), isNumber: true)
        default:
            for (word, value) in [
                ("true", Value.literal("true", isNumber: false)), ("false", .literal("false", isNumber: false)), ("null", .null),
            ]
            where bytes[at...].starts(with: word.utf8) {
                at += word.utf8.count
                return value
            }
            throw .notJSON("a value is missing")
        }
    }

    /// Reads an array or an object, and calls `body` with each value in it, which is complete if it is wanted.
    private mutating func readNested(
        closing: Unicode.Scalar, hasKeys: Bool, isWanted: Bool = false, depth: Int, _ body: (Value) -> Void
    ) throws(RecordFault) {
        guard depth < deepestNesting else { throw .notJSON("it is nested more than \(deepestNesting) deep") }
        at += 1
        if skips(closing) { return }
        repeat {
            if hasKeys {
                skipSpace()
                _ = try string("a key in quotes")
                try expect(":", "a key needs ':' after it")
            }
            body(try value(isWanted: isWanted, depth: depth + 1))
        } while skips(",")
        try expect(closing, "a value needs ',' or '\(closing)' after it")
    }

    private mutating func number() throws(RecordFault) -> String {
        let start = at
        func isDigit(_ index: Int) -> Bool { index < bytes.count && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) }
        func digits(_ bytes: UnsafeBufferPointer<UInt8>) throws(RecordFault) {
            guard isDigit(at) else { throw .notJSON("a number needs a digit") }
            while isDigit(at) { at += 1 }
        }
        if bytes[at] == UInt8(ascii: "-") { at += 1 }
        if at < bytes.count, bytes[at] == UInt8(ascii: "0"), isDigit(at + 1) { throw .notJSON("a number must not begin with 0") }
        try digits(bytes)
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") {
            at += 1
            try digits(bytes)
        }
        if at < bytes.count, bytes[at] | 0x20 == UInt8(ascii: "e") {
            at += 1
            if at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at += 1 }
            try digits(bytes)
        }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    /// The byte range of a string without its quotes. Its escapes have been validated.
    private struct Quoted {
        var start: Int
        var end: Int
        var hasEscapes = false
    }

    /// Parses the string that begins here.
    private mutating func string(_ expected: String) throws(RecordFault) -> Quoted {
        guard at < bytes.count, bytes[at] == quote else { throw .notJSON("it needs \(expected) here") }
        let opening = at
        var string = Quoted(start: at + 1, end: at + 1)
        at += 1
        while true {
            at = firstHit(in: bytes, from: at) { $0.equal(to: quote) | $0.equal(to: backslash) | $0.below(0x20) }
            guard at < bytes.count else { break }
            switch bytes[at] {
            case quote:
                string.end = at
                at += 1
                return string
            case backslash:
                string.hasEscapes = true
                _ = try escape()
            default:
                throw .notJSON("a control character in a string needs an escape")
            }
        }
        at = opening
        throw .notJSON("a string is never closed")
    }

    private func isSpelled(_ string: Quoted, _ text: String) -> Bool {
        string.hasEscapes
            ? self.text(of: string).utf8.elementsEqual(text.utf8) : bytes[string.start..<string.end].elementsEqual(text.utf8)
    }

    private func text(of string: Quoted) -> String {
        guard string.hasEscapes else { return String(decoding: bytes[string.start..<string.end], as: UTF8.self) }
        // No escape is shorter than the UTF-8 bytes it stands for.
        return String(unsafeUninitializedCapacity: string.end - string.start) { output in
            var line = self
            line.at = string.start
            var written = 0
            while line.at < string.end {
                let run = firstIndex(of: backslash, in: bytes, from: line.at).map { min($0, string.end) } ?? string.end
                written = output[written...].update(fromContentsOf: bytes[line.at..<run])
                line.at = run
                if run < string.end, let scalar = try? line.escape() {
                    written = output[written...].update(fromContentsOf: Unicode.UTF8.encode(scalar)!)
                }
            }
            return written
        }
    }

    /// Decodes the escape sequence at the current backslash.
    private mutating func escape() throws(RecordFault) -> Unicode.Scalar {
        let start = at
        guard at + 1 < bytes.count else { throw .notJSON("an escape is cut short") }
        at += 2
        switch bytes[start + 1] {
        case quote: return "\""
        case backslash: return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            let unit = try fourDigits()
            if unit == 0 {
                at = start
                throw .nul
            }
            if let scalar = Unicode.Scalar(unit) { return scalar }
            if unit < 0xDC00, bytes[at...].starts(with: "\\u".utf8) {
                at += 2
                let low = try fourDigits()
                if (0xDC00..<0xE000).contains(low), let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) {
                    return scalar
                }
            }
            at = start
            throw .loneSurrogate(UInt16(unit))
        default:
            at = start
            throw .notJSON("there is no such escape")
        }
    }

    private mutating func fourDigits() throws(RecordFault) -> UInt32 {
        guard at + 4 <= bytes.count, bytes[at..<at + 4].allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
            let value = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
        else { throw .notJSON("\\u needs four hexadecimal digits") }
        at += 4
        return value
    }

    private mutating func expect(_ character: Unicode.Scalar, _ problem: String) throws(RecordFault) {
        guard skips(character) else { throw .notJSON(problem) }
    }

    /// Skips white space, then `character` if it comes next; returns whether it did.
    private mutating func skips(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard at < bytes.count, bytes[at] == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private mutating func skipSpace() {
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == tab || bytes[at] == lineFeed || bytes[at] == carriageReturn { at += 1 }
    }
}

/// Deeper nesting could exhaust the stack.
private let deepestNesting = 500
