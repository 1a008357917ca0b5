import TenorFiles

/// A row of Argilla's `to_datasets`, saved as JSON: fields and questions are columns.
///
/// Version 2 has the columns `QUESTION.responses` and `QUESTION.responses.status`, with an element per annotator. In version 1, a question is
/// an array of responses with `user_id`, `value` and `status`, or an object of such arrays.
struct ArgillaRow: ExportRecord {
    static let name = "an Argilla export"
    static let form = InputForm.argilla

    private let json: JSON.Object

    init(_ json: JSON.Object) { self.json = json }

    static func recognizes(_ json: JSON.Object) -> Bool {
        json.members.contains { member in
            let others = isResponses(member.value) ? [] : [member.key + "-suggestion", member.key + ".users", member.key + ".status"]
            return others.isEmpty || others.contains { json[$0] != nil && ($0.hasSuffix("-suggestion") || member.key.hasSuffix(responses)) }
        }
    }

    func text(_ columns: [String]) throws(RecordFault) -> String { try json.text(columns) }

    func annotations(_ question: inout Question) throws(RecordFault) -> [Annotation] {
        var names: [String] = []
        for (key, value) in json.members.map({ ($0.key, $0.value) }) {
            if key.hasSuffix(Self.responses), value != .null { names.append(String(key.dropLast(Self.responses.count))) }
            if Self.isResponses(value) { names.append(key) }
        }
        guard let name = try question.name(among: names) else { return [] }
        if json[name + Self.responses] != nil {
            return try annotations(json, values: name + Self.responses, statuses: name + Self.responses + ".status")
        }
        if let columns = json[name]?.object { return try annotations(columns, values: "value", statuses: "status") }
        var annotations: [Annotation] = []
        for response in try json.objects(name) {
            annotations.append(try Annotation(response: response["value"], status: response["status"], question: name))
        }
        return annotations
    }

    /// The responses in two arrays, of values and of their statuses.
    private func annotations(_ columns: JSON.Object, values: String, statuses: String) throws(RecordFault) -> [Annotation] {
        let (given, status) = (try columns.array(values), try columns.array(statuses))
        guard status.isEmpty || status.count == given.count else {
            throw .wrongValue(key: statuses, found: "an array of \(status.count)", needed: "one of \(given.count)")
        }
        var annotations: [Annotation] = []
        for (index, value) in given.enumerated() {
            annotations.append(try Annotation(response: value, status: status.isEmpty ? nil : status[index], question: values))
        }
        return annotations
    }

    private static let responses = ".responses"

    /// Whether a column of version 1 holds responses, of which there is at least one.
    private static func isResponses(_ value: JSON) -> Bool {
        guard let one = value.object ?? value.array?.first?.object else { return false }
        return ["user_id", "value", "status"].allSatisfy { one[$0] != nil }
    }
}
