import TenorFiles

/// Reads a pickled state dict, and the few other values beside it in old files, without running anything: a pickle may use only a fixed set of values, and everything else is rejected.
///
/// The supported opcodes are those that `torch.save` writes for a dictionary of tensors with its default protocol, 2 (Python's
/// Lib/pickletools.py describes each). All values are numbers and strings; a tensor is a location in a storage. Memory is at most a small
/// multiple of the pickle's size, because values that a pickle can reference twice are never copied.
struct Unpickler {
    /// A tensor's numbers within a storage. It has not been checked that they are there.
    struct View {
        let storage: Storage
        let offset: Int
        let shape: [Int]
        let strides: [Int]
    }

    /// The entry `data/key` of the archive: `count` numbers.
    struct Storage {
        let type: ElementType
        let key: String
        let count: Int
    }

    /// The maximum size in bytes: enough for some 80,000 tensors.
    static let sizeLimit = 16_000_000
    /// The maximum number of dimensions. Many tensors may reference the same tuple and each copies it, so it has to be small.
    static let rankLimit = 8

    private enum Value {
        case none
        case bool(Bool)
        case int(Int)
        case string(String)
        /// A range of ``tuples``. A tuple of tuples is two ranges, so nesting needs no recursion.
        case tuple(Range<Int>)
        /// An index into ``dictionaries``, which can change after they have been referenced.
        case dictionary(Int)
        /// An index into ``lists``.
        case list(Int)
        case global(Global)
        case storage(Int)
        case tensor(Int)

        var kind: String {
            switch self {
            case .none: "None"
            case .bool: "a truth value"
            case .int: "a number"
            case .string: "a text"
            case .tuple: "a tuple"
            case .dictionary: "a dictionary"
            case .list: "a list"
            case .global: "a class or function"
            case .storage: "a storage"
            case .tensor: "a tensor"
            }
        }
    }

    private enum Global {
        case orderedDictionary
        case rebuildTensor
        case rebuildParameter
        case storage(ElementType)

        init?(_ name: String) {
            switch name {
            case "collections.OrderedDict": self = .orderedDictionary
            case "torch._utils._rebuild_tensor_v2": self = .rebuildTensor
            case "torch._utils._rebuild_parameter": self = .rebuildParameter
            case "torch.BoolStorage": self = .storage(.bool)
            case "torch.ByteStorage": self = .storage(.u8)
            case "torch.CharStorage": self = .storage(.i8)
            case "torch.ShortStorage": self = .storage(.i16)
            case "torch.IntStorage": self = .storage(.i32)
            case "torch.LongStorage": self = .storage(.i64)
            case "torch.HalfStorage": self = .storage(.f16)
            case "torch.BFloat16Storage": self = .storage(.bf16)
            case "torch.FloatStorage": self = .storage(.f32)
            case "torch.DoubleStorage": self = .storage(.f64)
            case "torch.ComplexFloatStorage": self = .storage(.c64)
            default: return nil
            }
        }
    }

    private let file: MappedFile
    private let bytes: Range<Int>
    private var position: Int
    private var stack: [Value] = []
    private var marks: [Int] = []
    private var memo: [Int: Value] = [:]
    private var tuples: [Value] = []
    private var dictionaries: [[(key: Value, value: Value)]] = []
    private var lists: [[Value]] = []
    private var storages: [Storage] = []
    private var tensors: [View] = []

    /// The tensors, in order, of the state dict pickled in these bytes of the file.
    static func stateDict(in file: MappedFile, at bytes: Range<Int>) throws(WeightsError) -> [(name: String, view: View)] {
        guard bytes.count <= sizeLimit else {
            throw .badEntry(file: file.name, entry: "data.pkl", reason: "has \(bytes.count) bytes, at most \(sizeLimit) are read")
        }
        var unpickler = Unpickler(file: file, bytes: bytes)
        let result = try unpickler.run()
        guard unpickler.position == bytes.upperBound else { throw unpickler.fault("ends the pickle too early") }
        return try unpickler.views(in: result)
    }

    /// The tensors that a dictionary holds, in order.
    private func views(in result: Value) throws(WeightsError) -> [(name: String, view: View)] {
        guard case .dictionary(let index) = result else {
            throw .notAStateDict(file: file.name, key: "data.pkl", found: result.kind)
        }
        var views: [(String, View)] = []
        for (key, value) in dictionaries[index] {
            guard case .string(let name) = key else { throw .notAStateDict(file: file.name, key: "a key", found: key.kind) }
            guard case .tensor(let tensor) = value else { throw .notAStateDict(file: file.name, key: name, found: value.kind) }
            views.append((name, tensors[tensor]))
        }
        return views
    }

    // MARK: The pickles of an old file, which follow each other

    /// The value of the pickle at `at`, which moves behind it.
    private static func next(in file: MappedFile, at: inout Int) throws(WeightsError) -> (Unpickler, Value) {
        var unpickler = Unpickler(file: file, bytes: at..<min(file.count, at + sizeLimit))
        let value = try unpickler.run()
        at = unpickler.position
        return (unpickler, value)
    }

    static func stateDict(in file: MappedFile, at: inout Int) throws(WeightsError) -> [(name: String, view: View)] {
        let (unpickler, value) = try next(in: file, at: &at)
        return try unpickler.views(in: value)
    }

    static func skipNumber(in file: MappedFile, at: inout Int) throws(WeightsError) {
        let (unpickler, value) = try next(in: file, at: &at)
        guard case .int = value else { throw unpickler.fault("ends \(value.kind), and a number is needed") }
    }

    static func isLittleEndian(in file: MappedFile, at: inout Int) throws(WeightsError) -> Bool {
        let (unpickler, value) = try next(in: file, at: &at)
        guard case .dictionary(let index) = value else { throw unpickler.fault("ends \(value.kind), and a dictionary is needed") }
        for case (.string("little_endian"), .bool(let isLittle)) in unpickler.dictionaries[index] { return isLittle }
        return true
    }

    static func strings(in file: MappedFile, at: inout Int) throws(WeightsError) -> [String] {
        let (unpickler, value) = try next(in: file, at: &at)
        guard case .list(let index) = value else { throw unpickler.fault("ends \(value.kind), and a list is needed") }
        var strings: [String] = []
        for value in unpickler.lists[index] {
            guard case .string(let string) = value else { throw unpickler.fault("ends a list with \(value.kind), and strings are needed") }
            strings.append(string)
        }
        return strings
    }

    private init(file: MappedFile, bytes: Range<Int>) {
        self.file = file
        self.bytes = bytes
        position = bytes.lowerBound
    }

    private mutating func run() throws(WeightsError) -> Value {
        while true {
            let opcode = try take(UInt8.self)
            if let value = try value(of: opcode) {
                push(value)
                continue
            }
            switch opcode {
            case 0x80:  // PROTO
                let version = try take(UInt8.self)
                guard version == 2 || version == 3 else {
                    throw fault("is of protocol \(version), 2 is needed: save it with PyTorch's default")
                }
            case 0x85, 0x86, 0x87:  // TUPLE1, TUPLE2, TUPLE3
                let count = Int(opcode) - 0x84
                try expect(count)
                pushTuple(from: stack.count - count)
            case UInt8(ascii: "t"):  // TUPLE
                pushTuple(from: try popMark())
            case UInt8(ascii: "("):  // MARK
                marks.append(stack.count)
            case UInt8(ascii: "q"):  // BINPUT
                memo[Int(try take(UInt8.self))] = try top()
            case UInt8(ascii: "r"):  // LONG_BINPUT
                memo[Int(try take(UInt32.self))] = try top()
            case UInt8(ascii: "s"):  // SETITEM
                try expect(2)
                try setItems(from: stack.count - 2)
            case UInt8(ascii: "u"):  // SETITEMS
                try setItems(from: try popMark())
            case UInt8(ascii: "a"):  // APPEND
                try expect(2)
                try append(from: stack.count - 1)
            case UInt8(ascii: "e"):  // APPENDS
                try append(from: try popMark())
            case UInt8(ascii: "b"):  // BUILD
                // Sets attributes of a dictionary, such as a module's `_metadata`. The tensors do not depend on them.
                _ = try pop(1)
                _ = try dictionaryOnTop()
            case UInt8(ascii: "."):  // STOP
                let result = try pop(1)[0]
                guard stack.isEmpty, marks.isEmpty else { throw fault("ends the pickle too early") }
                return result
            default:
                throw .unknownOpcode(file: file.name, opcode: opcode, offset: position - 1 - bytes.lowerBound)
            }
        }
    }

    /// What an opcode pushes that makes one value; nil for the opcodes that do something else.
    private mutating func value(of opcode: UInt8) throws(WeightsError) -> Value? {
        switch opcode {
        case UInt8(ascii: "}"): newDictionary()  // EMPTY_DICT
        case UInt8(ascii: "]"): newList()  // EMPTY_LIST
        case UInt8(ascii: ")"): .tuple(tuples.count..<tuples.count)  // EMPTY_TUPLE
        case UInt8(ascii: "N"): Value.none  // NONE
        case 0x88, 0x89: .bool(opcode == 0x88)  // NEWTRUE, NEWFALSE
        case UInt8(ascii: "K"): .int(Int(try take(UInt8.self)))  // BININT1
        case UInt8(ascii: "M"): .int(Int(try take(UInt16.self)))  // BININT2
        case UInt8(ascii: "J"): .int(Int(try take(Int32.self)))  // BININT
        case 0x8A: .int(try long())  // LONG1
        case UInt8(ascii: "X"): .string(try text(Int(try take(UInt32.self))))  // BINUNICODE
        case UInt8(ascii: "c"): .global(try global())  // GLOBAL
        case UInt8(ascii: "h"): try remembered(Int(try take(UInt8.self)))  // BINGET
        case UInt8(ascii: "j"): try remembered(Int(try take(UInt32.self)))  // LONG_BINGET
        case UInt8(ascii: "Q"): try storage(of: try pop(1)[0])  // BINPERSID
        case UInt8(ascii: "R"): try reduced()  // REDUCE
        default: nil
        }
    }

    /// What a function makes of its arguments, both on the stack.
    private mutating func reduced() throws(WeightsError) -> Value {
        let values = try pop(2)
        return try call(values[0], values[1])
    }

    private func fault(_ reason: String) -> WeightsError {
        .badPickle(file: file.name, offset: max(position - 1, bytes.lowerBound) - bytes.lowerBound, reason: reason)
    }

    // MARK: Arguments, which follow their opcode

    private mutating func take<Integer: FixedWidthInteger>(_ type: Integer.Type) throws(WeightsError) -> Integer {
        let end = position + MemoryLayout<Integer>.size
        guard end <= bytes.upperBound, let value = file.integer(type, at: position) else { throw fault("is the last, and more is needed") }
        position = end
        return value
    }

    private mutating func text(_ length: Int) throws(WeightsError) -> String {
        guard length <= bytes.upperBound - position else { throw fault("is in a text that goes beyond the pickle") }
        guard let text = file.text(position..<position + length) else { throw fault("is in a text that is not UTF-8") }
        position += length
        return text
    }

    /// A little-endian two's-complement integer of up to eight bytes.
    private mutating func long() throws(WeightsError) -> Int {
        let length = Int(try take(UInt8.self))
        guard length <= 8 else { throw fault("is in an integer of \(length) bytes, at most 8 are needed") }
        var value = 0
        for index in 0..<length { value |= Int(try take(UInt8.self)) << (8 * index) }
        let unused = 64 - 8 * length
        return (value << unused) >> unused
    }

    /// Two lines: a module and a name in it.
    private mutating func global() throws(WeightsError) -> Global {
        let module = try line()
        let name = "\(module).\(try line())"
        guard let global = Global(name) else { throw .forbiddenGlobal(file: file.name, name: name) }
        return global
    }

    private mutating func line() throws(WeightsError) -> String {
        let rest = position..<bytes.upperBound
        let length = file.withBytes { $0[rest].firstIndex(of: UInt8(ascii: "\n")).map { $0 - rest.lowerBound } }
        guard let length else { throw fault("is in a line that does not end") }
        let text = try text(length)
        position += 1
        return text
    }

    // MARK: The stack

    private mutating func push(_ value: Value) { stack.append(value) }

    /// Values below the last mark are not accessible.
    private func expect(_ count: Int) throws(WeightsError) {
        guard stack.count - (marks.last ?? 0) >= count else { throw fault("takes more values than there are") }
    }

    private mutating func pop(_ count: Int) throws(WeightsError) -> [Value] {
        try expect(count)
        defer { stack.removeLast(count) }
        return Array(stack.suffix(count))
    }

    /// Removes the last mark and returns the height of the stack when it was set.
    private mutating func popMark() throws(WeightsError) -> Int {
        guard let mark = marks.popLast() else { throw fault("takes values from a mark that is not there") }
        return mark
    }

    private func top() throws(WeightsError) -> Value {
        try expect(1)
        return stack[stack.count - 1]
    }

    private func remembered(_ index: Int) throws(WeightsError) -> Value {
        guard let value = memo[index] else { throw fault("asks for value \(index), which was never kept") }
        return value
    }

    // MARK: Values

    private mutating func newDictionary() -> Value {
        dictionaries.append([])
        return .dictionary(dictionaries.count - 1)
    }

    private mutating func newList() -> Value {
        lists.append([])
        return .list(lists.count - 1)
    }

    /// Pops the values from `height` on and adds them to the list below them.
    private mutating func append(from height: Int) throws(WeightsError) {
        let items = Array(stack[height...])
        stack.removeLast(items.count)
        guard case .list(let index) = try top() else { throw fault("is meant for a list and finds \(try top().kind)") }
        lists[index] += items
    }

    /// Replaces the values from `height` on with one tuple.
    private mutating func pushTuple(from height: Int) {
        let start = tuples.count
        tuples += stack[height...]
        stack.removeLast(stack.count - height)
        push(.tuple(start..<tuples.count))
    }

    private func dictionaryOnTop() throws(WeightsError) -> Int {
        guard case .dictionary(let index) = try top() else { throw fault("is meant for a dictionary and finds \(try top().kind)") }
        return index
    }

    /// Pops the keys and values from `height` on and adds them to the dictionary below them.
    private mutating func setItems(from height: Int) throws(WeightsError) {
        let items = Array(stack[height...])
        stack.removeLast(items.count)
        let index = try dictionaryOnTop()
        guard items.count % 2 == 0 else { throw fault("gives a dictionary a key without a value") }
        for item in stride(from: 0, to: items.count, by: 2) { dictionaries[index].append((items[item], items[item + 1])) }
    }

    /// `("storage", class, key, device, count)`, in old files followed by None. The tensor's original device does not matter.
    private mutating func storage(of identifier: Value) throws(WeightsError) -> Value {
        guard case .tuple(let range) = identifier, isStorage(range), case .string("storage") = tuples[range.lowerBound],
            case .global(.storage(let type)) = tuples[range.lowerBound + 1], case .string(let key) = tuples[range.lowerBound + 2],
            case .string = tuples[range.lowerBound + 3], case .int(let count) = tuples[range.lowerBound + 4], count >= 0
        else { throw fault("asks for something that is no storage") }
        storages.append(Storage(type: type, key: key, count: count))
        return .storage(storages.count - 1)
    }

    /// Old files have a sixth part: None, or a view of another storage, which is not read.
    private func isStorage(_ range: Range<Int>) -> Bool {
        if range.count == 5 { return true }
        guard range.count == 6, case .none = tuples[range.upperBound - 1] else { return false }
        return true
    }

    private mutating func call(_ function: Value, _ arguments: Value) throws(WeightsError) -> Value {
        guard case .global(let global) = function, case .tuple(let range) = arguments else {
            throw fault("calls \(function.kind) with \(arguments.kind)")
        }
        let arguments = tuples[range]
        switch global {
        case .orderedDictionary:
            guard arguments.isEmpty else { throw fault("makes an OrderedDict of something, an empty one is needed") }
            return newDictionary()
        case .rebuildParameter:
            guard arguments.count == 3, let first = arguments.first, case .tensor = first else {
                throw fault("makes a parameter of something that is no tensor")
            }
            return first
        case .rebuildTensor:
            // These are followed by requires_grad, an empty dictionary of hooks and, in newer files, metadata.
            let start = range.lowerBound
            guard arguments.count == 6 || arguments.count == 7, case .storage(let storage) = tuples[start],
                case .int(let offset) = tuples[start + 1], case .tuple(let shape) = tuples[start + 2],
                case .tuple(let strides) = tuples[start + 3]
            else { throw fault("makes a tensor of something else than a storage, an offset, a shape and strides") }
            guard shape.count <= Self.rankLimit, strides.count == shape.count else {
                throw fault("makes a tensor of \(shape.count) lengths and \(strides.count) strides, at most \(Self.rankLimit) are needed")
            }
            tensors.append(
                View(storage: storages[storage], offset: offset, shape: try integers(shape), strides: try integers(strides)))
            return .tensor(tensors.count - 1)
        case .storage: throw fault("calls a storage's class")
        }
    }

    private func integers(_ range: Range<Int>) throws(WeightsError) -> [Int] {
        var integers: [Int] = []
        for value in tuples[range] {
            guard case .int(let integer) = value else { throw fault("needs a tuple of integers and finds \(value.kind)") }
            integers.append(integer)
        }
        return integers
    }
}
