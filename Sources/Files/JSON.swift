/// A JSON value. Parsing is as strict as RFC 8259.
///
/// An object's members keep their order, so that writing a file back changes only what was edited. A number keeps its literal, so that
/// 1e-12 stays 1e-12 and a 40-digit integer loses nothing. A repeated key is an error: parsers disagree on which of the values counts, and
/// a file that means different things to two programs can be used to bypass a check.
package enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(Number)
    case string(String)
    case array([JSON])
    case object(Object)

    /// A number's literal. It matches the grammar of JSON and is finite as a `Double`.
    package struct Number: Equatable, Sendable {
        package let literal: String

        package init(_ value: Int) { literal = String(value) }

        package init(_ value: Double) {
            precondition(value.isFinite)
            literal = value.description
        }

        /// The shortest literal that parses back to the same `Float`.
        package init(_ value: Float) {
            precondition(value.isFinite)
            literal = value.description
        }

        fileprivate init(literal: String) { self.literal = literal }

        /// The value, if the literal is an integer (no fraction, no exponent) that fits in an `Int`.
        package var int: Int? { Int(literal) }

        package var double: Double { Double(literal)! }
    }

    /// Members in order, with unique keys. Keys are compared byte by byte: "é" as one scalar and "é" as two are different keys.
    package struct Object: Equatable, Sendable, ExpressibleByDictionaryLiteral {
        package struct Member: Equatable, Sendable {
            package let key: String
            package var value: JSON
        }

        package private(set) var members: [Member]
        /// The index of each key in `members`; empty for a small object, which is searched linearly.
        private var places: [ExactKey: Int] = [:]

        private static let searched = 16

        package init() { members = [] }

        package init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }

        fileprivate init(_ elements: [(String, JSON)]) {
            members = []
            for (key, value) in elements {
                precondition(self[key] == nil, "the key '\(key)' stands twice")
                append(key, value)
            }
        }

        package static func == (a: Self, b: Self) -> Bool { a.members == b.members }

        /// The value of a key. Setting nil removes the member; a new key is appended.
        package subscript(key: String) -> JSON? {
            get { place(of: key).map { members[$0].value } }
            set {
                switch (place(of: key), newValue) {
                case (let index?, let value?): members[index].value = value
                case (let index?, nil):
                    members.remove(at: index)
                    places = [:]
                    if members.count >= Self.searched { indexMembers() }
                case (nil, let value?): append(key, value)
                case (nil, nil): break
                }
            }
        }

        fileprivate func place(of key: String) -> Int? {
            places.isEmpty ? members.firstIndex { ExactKey.same($0.key, key) } : places[ExactKey(key: key)]
        }

        /// Appends a member, whose key must be new.
        fileprivate mutating func append(_ key: String, _ value: JSON) {
            members.append(Member(key: key, value: value))
            if !places.isEmpty {
                places[ExactKey(key: key)] = members.count - 1
            } else if members.count >= Self.searched {
                indexMembers()
            }
        }

        private mutating func indexMembers() {
            for (index, member) in members.enumerated() { places[ExactKey(key: member.key)] = index }
        }

        private struct ExactKey: Hashable, Sendable {
            let key: String

            static func same(_ a: String, _ b: String) -> Bool { a == b && a.utf8.elementsEqual(b.utf8) }

            static func == (a: Self, b: Self) -> Bool { same(a.key, b.key) }

            func hash(into hasher: inout Hasher) { for byte in key.utf8 { hasher.combine(byte) } }
        }
    }

    package var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    package var int: Int? { if case .number(let value) = self { value.int } else { nil } }
    package var double: Double? { if case .number(let value) = self { value.double } else { nil } }
    package var string: String? { if case .string(let value) = self { value } else { nil } }
    package var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
    package var object: Object? { if case .object(let value) = self { value } else { nil } }

    /// The value of an object's key; nil if there is no such key or this is not an object.
    package subscript(key: String) -> JSON? { object?[key] }

    /// What kind of value this is, for messages, such as "a string".
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let value): value.literal
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int) { self = .number(Number(value)) }
    package init(floatLiteral value: Double) { self = .number(Number(value)) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }

    package init(dictionaryLiteral elements: (String, JSON)...) { self = .object(Object(elements)) }
}

// MARK: - Reading

extension JSON {
    /// Why a text is not JSON, and where. Lines and columns count from 1, columns in bytes.
    package struct Fault: Error, Equatable, CustomStringConvertible {
        package let line: Int
        package let column: Int
        package let problem: Problem

        package init(line: Int, column: Int, problem: Problem) {
            self.line = line
            self.column = column
            self.problem = problem
        }

        package enum Problem: Equatable, Sendable {
            case endsEarly
            case unexpected(needed: String)
            case trailingText
            case duplicateKey(String)
            case tooDeep(limit: Int)
            case notUTF8
            case controlCharacter
            case badEscape
            case loneSurrogate
            case badNumber
            case numberOutOfRange
            case byteOrderMark
        }

        package var description: String {
            let what =
                switch problem {
                case .endsEarly: "the text ends within a value"
                case .unexpected(let needed): "\(needed) is needed here"
                case .trailingText: "there is more text after the value"
                case .duplicateKey(let key): "the key '\(key)' stands twice in one object"
                case .tooDeep(let limit): "more than \(limit) arrays and objects lie within each other"
                case .notUTF8: "the string is not UTF-8"
                case .controlCharacter: "a control character in a string has to be escaped"
                case .badEscape: "not an escape that JSON knows"
                case .loneSurrogate: "half of a surrogate pair"
                case .badNumber: "not a number as JSON writes it"
                case .numberOutOfRange: "the number is too large"
                case .byteOrderMark: "the file starts with a byte order mark, JSON has none"
                }
            return "line \(line), column \(column): \(what)"
        }
    }

    /// The limit for nested arrays and objects: more than any legitimate file needs, and far less than would overflow the stack.
    package static let depthLimit = 128

    package init(parsing text: String) throws(Fault) {
        // Typed throws do not pass through the standard library's closures.
        let result = Array(text.utf8).withUnsafeBytes { bytes in Result { () throws(Fault) in try JSON(parsing: bytes) } }
        self = try result.get()
    }

    /// Parses the one value in `bytes`. Memory use is at most a small multiple of the input's size.
    package init(parsing bytes: UnsafeRawBufferPointer) throws(Fault) {
        var parser = Parser(bytes: bytes)
        self = try parser.document()
    }

    private struct Parser {
        let bytes: UnsafeRawBufferPointer
        var position = 0
        var depth = 0

        init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

        /// Bytes are read one at a time only through this property, so only it checks the bounds.
        var next: UInt8? { position < bytes.count ? bytes[position] : nil }

        func fault(_ problem: Fault.Problem, at offset: Int? = nil) -> Fault {
            let before = bytes[..<(offset ?? position)]
            let lineStart = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            return Fault(
                line: 1 + before.count { $0 == UInt8(ascii: "\n") }, column: 1 + before.endIndex - lineStart, problem: problem)
        }

        func unexpected(_ needed: String) -> Fault { fault(next == nil ? .endsEarly : .unexpected(needed: needed)) }

        mutating func skipSpace() {
            while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
        }

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard next == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        mutating func document() throws(Fault) -> JSON {
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { throw fault(.byteOrderMark) }
            skipSpace()
            let value = try value()
            skipSpace()
            guard next == nil else { throw fault(.trailingText) }
            return value
        }

        mutating func value() throws(Fault) -> JSON {
            guard let byte = next else { throw fault(.endsEarly) }
            switch byte {
            case UInt8(ascii: "{"): return try nested { parser throws(Fault) in try parser.object() }
            case UInt8(ascii: "["): return try nested { parser throws(Fault) in try parser.array() }
            case UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "t"): return try word("true", .bool(true))
            case UInt8(ascii: "f"): return try word("false", .bool(false))
            case UInt8(ascii: "n"): return try word("null", .null)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
            default: throw fault(.unexpected(needed: "a value"))
            }
        }

        mutating func nested(_ body: (inout Parser) throws(Fault) -> JSON) throws(Fault) -> JSON {
            guard depth < JSON.depthLimit else { throw fault(.tooDeep(limit: JSON.depthLimit)) }
            depth += 1
            position += 1
            let value = try body(&self)
            depth -= 1
            return value
        }

        mutating func word(_ word: StaticString, _ value: JSON) throws(Fault) -> JSON {
            for index in 0..<word.utf8CodeUnitCount {
                guard next == word.utf8Start[index] else { throw unexpected("'\(word)'") }
                position += 1
            }
            return value
        }

        mutating func array() throws(Fault) -> JSON {
            var elements: [JSON] = []
            skipSpace()
            if take("]") { return .array(elements) }
            while true {
                skipSpace()
                elements.append(try value())
                skipSpace()
                if take("]") { return .array(elements) }
                guard take(",") else { throw unexpected("',' or ']'") }
            }
        }

        mutating func object() throws(Fault) -> JSON {
            var object = Object()
            skipSpace()
            if take("}") { return .object(object) }
            while true {
                skipSpace()
                let start = position
                guard next == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
                let key = try string()
                guard object.place(of: key) == nil else { throw fault(.duplicateKey(key), at: start) }
                skipSpace()
                guard take(":") else { throw unexpected("':'") }
                skipSpace()
                object.append(key, try value())
                skipSpace()
                if take("}") { return .object(object) }
                guard take(",") else { throw unexpected("',' or '}'") }
            }
        }

        mutating func string() throws(Fault) -> String {
            let start = position
            position += 1
            var unescaped: [UInt8] = []
            var runStart = position
            while true {
                guard let byte = next else { throw fault(.endsEarly) }
                switch byte {
                case UInt8(ascii: "\""):
                    let run = bytes[runStart..<position]
                    position += 1
                    let text =
                        unescaped.isEmpty
                        ? String(validating: run, as: UTF8.self) : String(validating: unescaped + run, as: UTF8.self)
                    guard let text else { throw fault(.notUTF8, at: start) }
                    return text
                case UInt8(ascii: "\\"):
                    unescaped += bytes[runStart..<position]
                    unescaped += try escape()
                    runStart = position
                case 0..<0x20: throw fault(.controlCharacter)
                default: position += 1
                }
            }
        }

        mutating func escape() throws(Fault) -> [UInt8] {
            let start = position
            position += 1
            guard let letter = next else { throw fault(.endsEarly) }
            position += 1
            switch letter {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [letter]
            case UInt8(ascii: "b"): return [0x08]
            case UInt8(ascii: "f"): return [0x0C]
            case UInt8(ascii: "n"): return [0x0A]
            case UInt8(ascii: "r"): return [0x0D]
            case UInt8(ascii: "t"): return [0x09]
            case UInt8(ascii: "u"):
                var value = UInt32(try codeUnit())
                if (0xD800..<0xDC00).contains(value) {
                    guard take("\\"), take("u") else { throw fault(.loneSurrogate, at: start) }
                    let low = UInt32(try codeUnit())
                    guard (0xDC00..<0xE000).contains(low) else { throw fault(.loneSurrogate, at: start) }
                    value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
                }
                guard let scalar = Unicode.Scalar(value) else { throw fault(.loneSurrogate, at: start) }
                return Array(String(scalar).utf8)
            default: throw fault(.badEscape, at: start)
            }
        }

        /// Reads four hexadecimal digits.
        mutating func codeUnit() throws(Fault) -> UInt16 {
            var value: UInt16 = 0
            for _ in 0..<4 {
                guard let byte = next else { throw fault(.endsEarly) }
                guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw fault(.badEscape) }
                value = value << 4 | UInt16(digit)
                position += 1
            }
            return value
        }

        mutating func number() throws(Fault) -> Number {
            let start = position
            _ = take("-")
            if !take("0") { try digits(start) }
            var mayOverflow = false
            if take(".") { try digits(start) }
            if take("e") || take("E") {
                mayOverflow = true
                if !take("+") { _ = take("-") }
                try digits(start)
            }
            let literal = String(decoding: bytes[start..<position], as: UTF8.self)
            // Without an exponent, up to 308 digits always fit in a Double.
            if mayOverflow || position - start > 308 {
                guard let value = Double(literal), value.isFinite else { throw fault(.numberOutOfRange, at: start) }
            }
            return Number(literal: literal)
        }

        mutating func digits(_ start: Int) throws(Fault) {
            let first = position
            while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
            guard position > first else { throw next == nil ? fault(.endsEarly) : fault(.badNumber, at: start) }
        }
    }
}
