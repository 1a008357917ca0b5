import TenorFiles

/// Reads rows from the JSON objects of one source: ordinary ones, with a text and a label under keys, or the records of an export. The first
/// object decides.
struct JSONRows: Sendable {
    /// What is wrong with an object, and at which byte; nil for the whole object.
    struct Fault: Error {
        let fault: RecordFault
        let at: Int?
    }

    typealias Row = (text: String, second: String?, annotations: [Annotation], item: String?, group: String?, slice: String?)

    private let format: InputFormat
    private let wantsLabels: Bool
    private let textKeys: [String]
    private let labelKeys: [String]
    private var question: Question
    private var isRecognized = false
    private var kind: (any ExportRecord.Type)?

    init(_ format: InputFormat, wantsLabels: Bool) {
        (self.format, self.wantsLabels) = (format, wantsLabels)
        textKeys = format.textColumns.isEmpty ? ["text"] : format.textColumns
        labelKeys = !wantsLabels ? [] : format.labelColumns.isEmpty ? ["label"] : format.labelColumns
        question = Question(named: format.labelColumns.first)
    }

    /// What kind of export the source is, for messages; nil if it is none, or if there was no object yet.
    var export: String? { kind?.name }

    /// The row in an object, whose bytes are valid UTF-8.
    mutating func row(in bytes: UnsafeBufferPointer<UInt8>) throws(Fault) -> Row {
        if !isRecognized {
            let first = try? JSON(parsing: UnsafeRawBufferPointer(bytes)).object
            kind = first.flatMap { exportKind(of: $0, format) }
            isRecognized = first != nil
        }
        guard let kind else { return try keyedRow(in: bytes) }
        let object = try object(in: bytes)
        do throws(RecordFault) {
            let record = kind.init(object)
            let text = try record.text(format.textColumns)
            if let taken = format.addedColumns?.first(where: { object[$0] != nil }) { throw RecordFault.takenKey(taken) }
            func word(_ key: String) throws(RecordFault) -> String {
                guard let value = object[key] else { throw RecordFault.missingKey(key) }
                return value == .null ? "" : value.string ?? value.serialized()
            }
            let group: String? = if let key = format.groupColumn { try word(key) } else { nil }
            let slice: String? = if let key = format.sliceColumn { try word(key) } else { nil }
            let second: String? = if let key = format.pairColumn { try word(key) } else { nil }
            let annotations = wantsLabels ? try record.annotations(&question) : []
            return (text, second, annotations, wantsLabels ? try record.item() : nil, group, slice)
        } catch {
            throw Fault(fault: error, at: nil)
        }
    }

    /// All members of an object. What a row may not have is an error here too.
    private func object(in bytes: UnsafeBufferPointer<UInt8>) throws(Fault) -> JSON.Object {
        _ = try members([], in: bytes)
        do {
            return try JSON(parsing: UnsafeRawBufferPointer(bytes)).object ?? [:]
        } catch {
            throw Fault(fault: .notJSON("\(error)"), at: nil)
        }
    }

    private func members(_ keys: [String], in bytes: UnsafeBufferPointer<UInt8>) throws(Fault) -> [JSONLine.Value?] {
        var line = JSONLine(bytes)
        do {
            return try line.members(keys)
        } catch {
            throw Fault(fault: error, at: line.at)
        }
    }

    /// The row in an object that has the text and the label under keys.
    private func keyedRow(in bytes: UnsafeBufferPointer<UInt8>) throws(Fault) -> Row {
        let added = format.addedColumns ?? []
        let keys = textKeys + labelKeys + [format.pairColumn, format.groupColumn, format.sliceColumn].compactMap { $0 } + added
        let values = try members(keys, in: bytes)
        do throws(RecordFault) {
            // The value is stored at a key's first index, even if the key is requested twice.
            func value(_ key: String) throws(RecordFault) -> JSONLine.Value {
                guard let index = keys.firstIndex(where: { $0.utf8.elementsEqual(key.utf8) }), let value = values[index] else {
                    throw .missingKey(key)
                }
                return value
            }
            for name in added where zip(keys, values).contains(where: { $0 == name && $1 != nil }) { throw .takenKey(name) }
            func word(_ key: String) throws(RecordFault) -> String {
                let value = try value(key)
                return value == .null ? "" : try labels(value, key).joined(separator: " ")
            }
            let group: String? = if let key = format.groupColumn { try word(key) } else { nil }
            let slice: String? = if let key = format.sliceColumn { try word(key) } else { nil }
            func text(_ key: String) throws(RecordFault) -> String {
                let value = try value(key)
                guard case .string(let text) = value else { throw .wrongValue(key: key, found: value.name, needed: "a string") }
                return text
            }
            var texts: [String] = []
            for key in textKeys { texts.append(try text(key)) }
            let first = texts.joined(separator: " ")
            let second: String? = if let key = format.pairColumn { try text(key) } else { nil }
            guard wantsLabels else { return (first, second, [], nil, group, slice) }
            var found: [String] = []
            for key in labelKeys {
                let value = try labels(value(key), key)
                guard labelKeys.count == 1 || value.count == 1 else {
                    throw .wrongValue(key: key, found: "an array", needed: "one value where there are several label columns")
                }
                found += value
            }
            return (first, second, [.labels(found)], nil, group, slice)
        } catch {
            throw Fault(fault: error, at: nil)
        }
    }

    private func labels(_ value: JSONLine.Value, _ key: String) throws(RecordFault) -> [String] {
        switch value {
        case .string(let label), .literal(let label, _): return [label]
        case .list(let labels): return labels
        case .null, .array, .object:
            throw .wrongValue(key: key, found: value.name, needed: "a string, a number, true or false")
        }
    }
}
