import TenorFiles

/// What the records of all tools have in common.
extension JSON.Object {
    /// The strings under `columns`, joined by spaces. If no column is named: the string under the first of `usual` that is there, or the only
    /// string.
    func text(_ columns: [String], usual: [String] = ["text"]) throws(RecordFault) -> String {
        var texts: [String] = []
        for column in try columns.isEmpty ? [textColumn(usual)] : columns {
            guard let value = self[column] else { throw .missingKey(column) }
            guard let text = value.string else { throw .wrongValue(key: column, found: value.name, needed: "a string") }
            texts.append(text)
        }
        return texts.joined(separator: " ")
    }

    private func textColumn(_ usual: [String]) throws(RecordFault) -> String {
        if let column = usual.first(where: { self[$0] != nil }) { return column }
        let strings = members.filter { $0.value.string != nil }
        if strings.count > 1 { throw .severalTexts(strings.map(\.key)) }
        if strings.isEmpty { throw .missingKey(usual[0]) }
        return strings[0].key
    }

    /// Whether a member is true; false if it is missing or null.
    func isTrue(_ key: String) throws(RecordFault) -> Bool {
        switch self[key] {
        case nil, .null?: return false
        case .bool(let value)?: return value
        case let other?: throw .wrongValue(key: key, found: other.name, needed: "true or false")
        }
    }

    /// The objects of an array; none if it is missing or null.
    func objects(_ key: String) throws(RecordFault) -> [JSON.Object] {
        var objects: [JSON.Object] = []
        for element in try array(key) {
            guard let object = element.object else {
                throw .wrongValue(key: key, found: "an array with \(element.name)", needed: "an array of objects")
            }
            objects.append(object)
        }
        return objects
    }

    /// The elements of an array; none if it is missing or null.
    func array(_ key: String) throws(RecordFault) -> [JSON] {
        switch self[key] {
        case nil, .null?: return []
        case .array(let elements)?: return elements
        case let other?: throw .wrongValue(key: key, found: other.name, needed: "an array")
        }
    }

    /// The labels under a key: of a string, a number or a boolean that one, of an array its elements; none if it is missing or null.
    func labels(_ key: String) throws(RecordFault) -> [String] { try self[key]?.labels(key) ?? [] }
}

extension JSON {
    /// The labels in a value that stands under `key`.
    func labels(_ key: String) throws(RecordFault) -> [String] {
        switch self {
        case .null: return []
        case .array(let elements):
            var labels: [String] = []
            for element in elements {
                guard let label = element.label else {
                    throw .wrongValue(key: key, found: "an array with \(element.name)", needed: "an array of labels")
                }
                labels.append(label)
            }
            return distinct(labels)
        default:
            guard let label else { throw .wrongValue(key: key, found: name, needed: "a label or an array of labels") }
            return [label]
        }
    }

    private var label: String? {
        switch self {
        case .string(let text): text
        case .number(let number): number.literal
        case .bool(let value): value ? "true" : "false"
        case .null, .array, .object: nil
        }
    }

    /// What kind of value this is, as other messages about rows name it.
    var name: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
