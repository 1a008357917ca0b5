import TenorFiles

/// A record of Argilla: fields, and responses to questions.
///
/// Responses stand under the name of their question, as `records.to_json` of version 2 writes them, or are an array with an element per
/// annotator, as in the server's answers and in version 1.
struct ArgillaRecord: ExportRecord {
    static let name = "an Argilla export"
    static let form = InputForm.argilla

    private let json: JSON.Object

    init(_ json: JSON.Object) { self.json = json }

    static func recognizes(_ json: JSON.Object) -> Bool {
        guard json["fields"]?.object != nil, let responses = json["responses"] else { return false }
        return responses.object != nil || responses.array != nil || responses == .null && json["suggestions"] != nil
    }

    func text(_ columns: [String]) throws(RecordFault) -> String {
        guard let fields = json["fields"] else { throw .missingKey("fields") }
        guard let object = fields.object else { throw .wrongValue(key: "fields", found: fields.name, needed: "an object") }
        return try object.text(columns)
    }

    func annotations(_ question: inout Question) throws(RecordFault) -> [Annotation] {
        guard let responses = json["responses"] else { throw .missingKey("responses") }
        guard let questions = responses.object else { return try annotators(&question) }
        let answered = questions.members.filter { $0.value != .null && $0.value != .array([]) }
        guard let name = try question.name(among: answered.map(\.key)) else { return [] }
        var annotations: [Annotation] = []
        for response in try questions.objects(name) {
            guard let value = response["value"] else { throw .missingKey("value") }
            annotations.append(try Annotation(response: value, status: response["status"], question: name))
        }
        return annotations
    }

    /// The responses of an array with an element per annotator, whose values stand under the names of questions.
    private func annotators(_ question: inout Question) throws(RecordFault) -> [Annotation] {
        var annotations: [Annotation] = []
        for response in try json.objects("responses") {
            let values = response["values"] ?? .null
            guard values.object != nil || values == .null else {
                throw .wrongValue(key: "values", found: values.name, needed: "an object")
            }
            let name = try question.name(among: values.object?.members.map(\.key) ?? [])
            let value = name.flatMap { values[$0] }
            annotations.append(
                try Annotation(response: value.map { $0["value"] ?? $0 }, status: response["status"], question: name ?? "values"))
        }
        return annotations
    }
}
